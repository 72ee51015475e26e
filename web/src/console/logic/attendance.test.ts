import { describe, expect, test } from "vitest";
import type { Attendance, PersonTime } from "../../api/attendance";
import {
  attendanceWords,
  correctionWords,
  countedAfter,
  inOrder,
  shareWords,
  shownOf,
  totalWords,
  wayWords,
} from "./attendance";
import { instantOf, readTimes, timeField } from "./correction";
import { clockStyle } from "./time";
import { barsOf, frameOf, marksOf } from "./timeline";

clockStyle.cycle = "h23";
const ZONE = "America/Denver";
const NOW = new Date("2026-11-21T20:30:00Z");

const person = (over: Partial<PersonTime>): PersonTime => ({
  person_id: "per_1",
  name: "Ana Ortiz",
  email: "ana@clinic.example",
  site: null,
  site_name: "Clinic 4",
  profession: "",
  role: "participant",
  matched: true,
  way: "device",
  here: false,
  first_joined_at: null,
  last_left_at: null,
  present_seconds: 0,
  counted_seconds: 0,
  original_seconds: 0,
  corrected: false,
  intervals: [],
  counted: [],
  corrections: [],
  shared_with: null,
  ...over,
});

const stay = (joined: string, left: string | null) => ({
  joined_at: joined,
  left_at: left,
  seconds: 0,
  way: "device" as const,
});

describe("attendance in words", () => {
  test("one stay", () => {
    const intervals = [stay("2026-11-21T19:02:10Z", "2026-11-21T19:58:30Z")];
    expect(attendanceWords(person({ counted_seconds: 3380, intervals }), ZONE)).toBe(
      "joined 12:02, left 12:58: 56 minutes counted",
    );
  });

  test("came back and is here now", () => {
    const intervals = [
      stay("2026-11-21T19:02:00Z", "2026-11-21T19:20:00Z"),
      stay("2026-11-21T19:25:00Z", null),
    ];
    expect(attendanceWords(person({ here: true, counted_seconds: 1140, intervals }), ZONE)).toBe(
      "joined 12:02, left 12:20, back 12:25, here now: 19 minutes counted so far",
    );
  });

  test("a stay over midnight names the new day", () => {
    const intervals = [stay("2026-11-22T06:30:00Z", "2026-11-22T07:10:00Z")];
    expect(attendanceWords(person({ counted_seconds: 2400, intervals }), ZONE)).toBe(
      "joined 23:30, left 2026-11-22 00:10: 40 minutes counted",
    );
  });

  test("the total counts only those who came", () => {
    const intervals = [stay("2026-11-21T19:02:00Z", null)];
    const people = [person({}), person({ here: true, counted_seconds: 600, intervals })];
    expect(totalWords({ people })).toBe("1 person came, 1 here now; 10 minutes counted in all");
    expect(totalWords({ people: [person({})] })).toBe("Nobody has been here");
  });

  test("minutes are never rounded up, and a few seconds are not nothing", () => {
    expect(shareWords(3599, 3600)).toBe("59 of 60 min");
    expect(shareWords(40, 3600)).toBe("40 seconds");
    expect(shareWords(0, 3600)).toBe("0 of 60 min");
  });

  test("who was there by somebody else's camera", () => {
    expect(wayWords({ way: "shared", shared_with: "Clinic 4" })).toBe("in front of Clinic 4’s camera");
    expect(wayWords({ way: "hand", shared_with: null })).toBe("added by hand");
  });

  test("a correction says who and why", () => {
    expect(correctionWords({ by: "Ana Ortiz", reason: "the camera was off" })).toBe(
      "corrected by Ana Ortiz because: the camera was off",
    );
  });
});

test("people stand by site and name, and are found by every word", () => {
  const people = [person({ name: "Cy", site_name: "" }), person({ name: "Bo", matched: false }), person({})];
  expect(inOrder(people).map(({ name }) => name)).toEqual(["Ana Ortiz", "Bo", "Cy"]);
  expect(shownOf(people, "all", "clinic ortiz").map(({ name }) => name)).toEqual(["Ana Ortiz"]);
  expect(shownOf(people, "unmatched", "").map(({ name }) => name)).toEqual(["Bo"]);
});

describe("a correction before it is made", () => {
  const at = (clock: string) => Date.parse(`2026-11-21T${clock}:00Z`);
  const limits = [{ from: at("19:00"), until: at("20:00") }];
  const counted = [{ from: "2026-11-21T19:10:00Z", until: "2026-11-21T19:40:00Z" }];

  test("adds only what counts and is not counted yet", () => {
    const span = { from: at("18:30"), until: at("19:20") };
    expect(countedAfter(person({ counted }), { action: "add", span }, limits, NOW)).toBe(40 * 60);
    expect(countedAfter(null, { action: "add", span }, limits, NOW)).toBe(20 * 60);
  });

  test("takes away what was counted", () => {
    const span = { from: at("19:30"), until: at("20:00") };
    expect(countedAfter(person({ counted }), { action: "strike", span }, limits, NOW)).toBe(20 * 60);
  });

  test("a time means the one nearest to the session", () => {
    const midnight = new Date("2026-11-22T06:55:00Z"); // 23:55 at the hub
    expect(instantOf("00:10", ZONE, midnight)?.toISOString()).toBe("2026-11-22T07:10:00.000Z");
    expect(instantOf("23:50:07", ZONE, midnight)?.toISOString()).toBe("2026-11-22T06:50:07.000Z");
    expect(timeField("2026-11-22T06:50:07Z", ZONE)).toBe("23:50:07");
    expect(timeField("2026-11-22T06:50:00Z", ZONE)).toBe("23:50");
    expect(readTimes({ from: "13:00", until: "12:00" }, ZONE, NOW)).toEqual({
      errors: { until: "The end lies before the start." },
    });
  });
});

test("the picture reaches from the first who came to the last who left, with round times", () => {
  const intervals = [stay("2026-11-21T18:50:00Z", "2026-11-21T19:30:00Z")];
  const one = person({
    intervals,
    counted: [{ from: "2026-11-21T19:00:00Z", until: "2026-11-21T19:30:00Z" }],
    first_joined_at: "2026-11-21T18:50:00Z",
    last_left_at: "2026-11-21T19:30:00Z",
  });
  const attendance = {
    session: { starts_at: "2026-11-21T19:00:00Z", ends_at: "2026-11-21T20:00:00Z", closed_at: null },
    state: "ready",
    windows: [],
    people: [one],
  } as unknown as Attendance;
  const frame = frameOf(attendance, NOW);
  expect([new Date(frame.from).toISOString(), new Date(frame.until).toISOString()]).toEqual([
    "2026-11-21T18:50:00.000Z",
    "2026-11-21T20:00:00.000Z",
  ]);
  const { counted, beside } = barsOf(one, frame, NOW);
  expect(counted[0]?.at).toBeCloseTo(1 / 7);
  expect(counted[0]?.width).toBeCloseTo(3 / 7);
  expect(beside).toEqual([{ at: 0, width: 1 / 7 }]);
  expect(marksOf(frame, ZONE).map(({ words }) => words)).toEqual([
    "11:50",
    "12:00",
    "12:10",
    "12:20",
    "12:30",
    "12:40",
    "12:50",
    "13:00",
  ]);
});
