import { describe, expect, test } from "vitest";
import type { Rule } from "../../api/series";
import {
  checkPattern,
  datesOf,
  leavingOut,
  newPattern,
  type Pattern,
  patternOf,
  ruleOf,
  startOf,
  toggled,
} from "./rule";

const start = newPattern("2026-09-01");
const thursdays: Pattern = {
  ...start,
  kind: "monthly",
  positions: [
    { week: 4, day: "TH" },
    { week: 2, day: "TH" },
  ],
  until: "2027-05-31",
};

describe("the dates of a pattern", () => {
  test("are the second and fourth Thursdays from September to May", () => {
    const dates = datesOf(thursdays);
    expect(dates).toHaveLength(18);
    expect(dates.slice(0, 3)).toEqual(["2026-09-10", "2026-09-24", "2026-10-08"]);
    expect(dates.at(-1)).toBe("2027-05-27");
  });

  test("keep every second week counted from the week of the first day", () => {
    const pattern: Pattern = {
      ...start,
      kind: "biweekly",
      weekdays: ["MO", "TH"],
      ends: "count",
      count: "4",
      from: "2026-09-02",
    };
    expect(datesOf(pattern)).toEqual(["2026-09-03", "2026-09-14", "2026-09-17", "2026-09-28"]);
  });

  test("hold a fifth weekday only where a month has one, and the last one everywhere", () => {
    const fifth = { ...start, kind: "monthly" as const, positions: [{ week: 5, day: "TH" as const }] };
    expect(datesOf({ ...fifth, until: "2026-12-31" })).toEqual(["2026-10-29", "2026-12-31"]);
    const last = { ...fifth, positions: [{ week: -1, day: "TH" as const }], until: "2026-10-31" };
    expect(datesOf(last)).toEqual(["2026-09-24", "2026-10-29"]);
  });

  test("are none while the pattern is not finished, and never more than the service takes", () => {
    expect(datesOf({ ...start, weekdays: [] })).toEqual([]);
    expect(datesOf({ ...start, until: "" })).toEqual([]);
    const daily = { ...start, weekdays: ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const };
    expect(datesOf({ ...daily, until: "2029-09-01" })).toHaveLength(366);
  });
});

describe("a rule", () => {
  const rules: Rule[] = [
    { freq: "weekly", interval: 1, weekdays: ["TU", "TH"], until: "2027-01-01", count: null, exclude: [] },
    { freq: "weekly", interval: 3, weekdays: ["MO"], until: null, count: 9, exclude: ["2026-11-26"] },
    {
      freq: "monthly",
      interval: 2,
      positions: [
        { week: 2, day: "TH" },
        { week: -1, day: "MO" },
      ],
      until: null,
      count: 5,
      exclude: [],
    },
    { freq: "dates", dates: ["2026-09-10", "2026-10-01"], exclude: [] },
  ];

  test.each(rules)("comes back from the screen as it was: $freq every $interval", (rule) => {
    expect(ruleOf(patternOf(rule, "2026-09-10"))).toEqual(rule);
  });

  test("of dates starts with the first of them, in whichever order they were chosen", () => {
    const pattern: Pattern = { ...start, kind: "dates", dates: ["2026-11-05", "2026-10-01"] };
    expect(startOf(pattern)).toBe("2026-10-01");
    expect(ruleOf(pattern)).toEqual({ freq: "dates", dates: ["2026-10-01", "2026-11-05"], exclude: [] });
  });
});

test("what is missing in a pattern is said at its field", () => {
  expect(checkPattern(start)).toEqual({});
  expect(checkPattern({ ...start, weekdays: [] })).toHaveProperty("weekdays");
  expect(checkPattern({ ...start, until: "2026-08-01" }).until).toBe("The last day is before the first one.");
  expect(checkPattern({ ...start, ends: "count", count: "0" })).toHaveProperty("count");
  expect(checkPattern({ ...start, ends: "count", count: "367" })).toHaveProperty("count");
  expect(checkPattern({ ...start, kind: "dates" })).toHaveProperty("dates");
  expect(checkPattern({ ...start, until: "2040-01-01" })).toHaveProperty("until");
});

test("a date that is left out is kept in mind, or taken from dates that were chosen", () => {
  expect(leavingOut(thursdays, ["2026-11-26"]).exclude).toEqual(["2026-11-26"]);
  const dates: Pattern = { ...start, kind: "dates", dates: ["2026-10-01", "2026-11-05"] };
  expect(leavingOut(dates, ["2026-11-05"])).toMatchObject({ dates: ["2026-10-01"], exclude: [] });
});

test("toggling takes out what is in and adds what is not", () => {
  expect(toggled(["MO"], "TH")).toEqual(["MO", "TH"]);
  expect(toggled(["MO", "TH"], "MO")).toEqual(["TH"]);
});
