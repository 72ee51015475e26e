import { expect, test } from "vitest";
import { moved, sundayFirst, weeksOf } from "./month";

test("a month is shown in whole weeks, from Sunday or from Monday", () => {
  const sunday = weeksOf("2026-11-21", true);
  expect(sunday).toHaveLength(5);
  expect([sunday[0]?.[0], sunday[4]?.[6]]).toEqual(["2026-11-01", "2026-12-05"]);
  const monday = weeksOf("2026-11-21", false);
  expect(monday).toHaveLength(6);
  expect([monday[0]?.[0], monday[5]?.[6]]).toEqual(["2026-10-26", "2026-12-06"]);
});

test("a February that fits four weeks takes four", () => {
  expect(weeksOf("2027-02-10", false)).toHaveLength(4);
});

test("keys move by a day, a week, to the ends of the week, and by a month", () => {
  const to = (key: string, day = "2026-11-21") => moved(key, day, true, "2026-11-24");
  expect(to("ArrowLeft")).toBe("2026-11-20");
  expect(to("ArrowDown")).toBe("2026-11-28");
  expect(to("Home")).toBe("2026-11-15");
  expect(to("End")).toBe("2026-11-21");
  expect(to("PageDown", "2027-01-31")).toBe("2027-02-28");
  expect(to("PageUp")).toBe("2026-10-21");
  expect(to("t")).toBe("2026-11-24");
  expect(to("x")).toBeNull();
});

test("weeks begin as the reader's country has it", () => {
  expect(sundayFirst("en-US")).toBe(true);
  expect(sundayFirst("en-GB")).toBe(false);
  expect(sundayFirst("de-DE")).toBe(false);
});
