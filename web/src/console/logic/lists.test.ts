import { describe, expect, test } from "vitest";
import type { PersonAttendance } from "../../api/types";
import { attendanceWords, totalWords } from "./attendance";
import { readRoute } from "./route";
import { steady } from "./steady";
import { clockStyle } from "./time";
import { allZones, findZones, offsetWords } from "./zones";

clockStyle.cycle = "h23";

const person = (over: Partial<PersonAttendance>): PersonAttendance => ({
  person_id: "per_1",
  name: "Ana Ortiz",
  site: "Clinic 4",
  role: "participant",
  profession: "",
  matched: true,
  here: false,
  first_joined_at: null,
  last_left_at: null,
  seconds: 0,
  intervals: [],
  ...over,
});

describe("attendance in words", () => {
  test("one stay", () => {
    const stay = { joined_at: "2026-11-21T19:02:10Z", left_at: "2026-11-21T19:58:30Z", seconds: 3380 };
    const words = attendanceWords(person({ seconds: 3380, intervals: [stay] }), "America/Denver");
    expect(words).toBe("joined 12:02, left 12:58: 56 minutes counted");
  });

  test("came back and is here now", () => {
    const first = { joined_at: "2026-11-21T19:02:00Z", left_at: "2026-11-21T19:20:00Z", seconds: 1080 };
    const second = { joined_at: "2026-11-21T19:25:00Z", left_at: null, seconds: 60 };
    const words = attendanceWords(
      person({ here: true, seconds: 1140, intervals: [first, second] }),
      "America/Denver",
    );
    expect(words).toBe("joined 12:02, left 12:20, back 12:25, here now: 19 minutes so far");
  });

  test("a stay over midnight names the new day", () => {
    const stay = { joined_at: "2026-11-22T06:30:00Z", left_at: "2026-11-22T07:10:00Z", seconds: 2400 };
    const words = attendanceWords(person({ seconds: 2400, intervals: [stay] }), "America/Denver");
    expect(words).toBe("joined 23:30, left 2026-11-22 00:10: 40 minutes counted");
  });

  test("the total counts only those who came", () => {
    const stay = { joined_at: "2026-11-21T19:02:00Z", left_at: null, seconds: 600 };
    const people = [person({}), person({ here: true, seconds: 600, intervals: [stay] })];
    expect(totalWords({ session_id: "s", generated_at: "", people })).toBe(
      "1 person came, 1 here now; 10 minutes in all",
    );
    expect(totalWords({ session_id: "s", generated_at: "", people: [person({})] })).toBe(
      "Nobody has been here",
    );
  });
});

describe("steady lists", () => {
  const key = (item: string) => item;

  test("rows follow the items while nobody touches the list", () => {
    expect(steady(steady([], ["b"], key, false), ["a", "b"], key, false).map((row) => row.key)).toEqual([
      "a",
      "b",
    ]);
  });

  test("a row that went keeps its place while the list is held, and new ones come last", () => {
    const before = steady([], ["a", "b", "c"], key, false);
    const rows = steady(before, ["0", "b", "c"], key, true);
    expect(rows.map((row) => [row.key, row.gone])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["0", false],
    ]);
    expect(steady(rows, ["0", "b", "c"], key, false).map((row) => row.key)).toEqual(["0", "b", "c"]);
  });

  test("a row that comes back is no longer gone", () => {
    const gone = steady(steady([], ["a"], key, false), [], key, true);
    expect(steady(gone, ["a"], key, true)).toEqual([{ key: "a", item: "a", gone: false }]);
  });
});

describe("zones", () => {
  const zones = allZones(new Date("2026-11-21T00:00:00Z"), "Europe/Berlin");

  test("the browser's own zone comes first and none comes twice", () => {
    expect(zones[0]?.id).toBe("Europe/Berlin");
    expect(new Set(zones.map((zone) => zone.id)).size).toBe(zones.length);
  });

  test("are found by city, by name and by offset", () => {
    expect(findZones(zones, "denver").map((zone) => zone.id)).toEqual(["America/Denver"]);
    expect(findZones(zones, "mountain time").map((zone) => zone.id)).toContain("America/Denver");
    expect(findZones(zones, "new york").map((zone) => zone.id)).toContain("America/New_York");
    expect(findZones(zones, "kolkata").map((zone) => zone.id)).toEqual(["Asia/Kolkata"]);
    expect(findZones(zones, "sao paulo").map((zone) => zone.id)).toContain("America/Sao_Paulo");
  });

  test("offsets are written as people write them", () => {
    expect([-7 * 3600e3, 5.5 * 3600e3, 0].map(offsetWords)).toEqual(["UTC-7", "UTC+5:30", "UTC+0"]);
  });
});

test("addresses name the parts of the console and anything else is today", () => {
  expect(readRoute("#/sessions/ses_1")).toEqual({ name: "session", id: "ses_1" });
  expect(readRoute("#/sessions")).toEqual({ name: "sessions" });
  expect(readRoute("#/settings")).toEqual({ name: "settings" });
  expect([readRoute(""), readRoute("#/nonsense"), readRoute("#/%E0")]).toEqual(
    Array(3).fill({ name: "today" }),
  );
});
