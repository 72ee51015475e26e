import { afterEach, beforeEach, expect, test } from "vitest";
import type { CalendarItem } from "../../api/calendar";
import { byDay, dayLabel, hubWords, hueOf, marksOf, shortClock, spanOf } from "./agenda";
import { clockStyle } from "./time";

const style = clockStyle.cycle;
beforeEach(() => {
  clockStyle.cycle = "h23";
});
afterEach(() => {
  clockStyle.cycle = style;
});

const item: CalendarItem = {
  id: "s1",
  title: "Autism ECHO",
  program_id: "p1",
  program_name: "Autism ECHO",
  series_id: null,
  starts_at: "2026-11-27T02:00:00Z",
  ends_at: "2026-11-27T03:00:00Z",
  starts_local: "2026-11-26T19:00:00",
  zone: "America/Denver",
  status: "scheduled",
  moved_forward: false,
  changed_by_hand: [],
  registered: 4,
};

test("a session stands on the day that it has where the reader sits", () => {
  const early = { ...item, id: "s0", starts_at: "2026-11-26T18:00:00Z" };
  expect([...byDay([item, early], "America/Denver")]).toEqual([["2026-11-26", [early, item]]]);
  expect([...byDay([item], "Europe/Berlin").keys()]).toEqual(["2026-11-27"]);
});

test("the hub's time is told where it is another", () => {
  expect(spanOf(item, "Europe/Berlin")).toBe("03:00 to 04:00");
  expect(hubWords(item, "Europe/Berlin")).toBe("19:00 at the hub (Mountain Time)");
  expect(hubWords(item, "America/Denver")).toBe("");
});

test("a full hour is short in a cell of the grid", () => {
  expect(shortClock(item, "America/Denver")).toBe("19:00");
  clockStyle.cycle = "h12";
  expect(shortClock(item, "America/Denver").replace(/\s/, " ")).toBe("7 PM");
  const half = { ...item, starts_at: "2026-11-27T02:30:00Z" };
  expect(shortClock(half, "America/Denver").replace(/\s/, " ")).toBe("7:30 PM");
});

test("programs have colours by their place, and start again after the last", () => {
  const programs = Array.from({ length: 9 }, (_, place) => `p${place}`);
  expect(hueOf(null, programs)).toBe(0);
  expect(hueOf("p0", programs)).toBe(1);
  expect(hueOf("p7", programs)).toBe(8);
  expect(hueOf("p8", programs)).toBe(1);
});

test("a word tells what is special", () => {
  expect(marksOf(item)).toEqual([]);
  expect(marksOf({ ...item, status: "cancelled", changed_by_hand: ["status"] })).toEqual(["cancelled"]);
  expect(marksOf({ ...item, moved_forward: true, changed_by_hand: ["title"] })).toEqual([
    "clocks change",
    "changed by hand",
  ]);
});

test("a day of the grid says its date and what it holds", () => {
  expect(dayLabel("2026-11-26", 2, "2026-11-26")).toBe("Thursday, November 26, 2026, today, 2 sessions");
  expect(dayLabel("2026-11-27", 0, "2026-11-26")).toBe("Friday, November 27, 2026, no sessions");
});
