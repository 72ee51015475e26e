import { describe, expect, test } from "vitest";
import { datesOf, newPattern } from "./rule";
import { followWords, read, readAlone } from "./say";

const TODAY = "2026-07-15";
const ZONES = {
  ids: ["Indian/Christmas", "America/Denver", "America/Phoenix", "Africa/Lagos", "America/New_York"],
};
const said = (text: string) => readAlone(text, TODAY, ZONES);

test("a whole series in one breath", () => {
  const { pattern, time, zone, rest } = said(
    "second and fourth Thursday, 12:00, Mountain, September to May, not Thanksgiving week",
  );
  expect(rest).toBe("");
  expect(time).toBe("12:00");
  expect(zone).toBe("America/Denver");
  expect(pattern).toMatchObject({
    kind: "monthly",
    positions: [
      { week: 2, day: "TH" },
      { week: 4, day: "TH" },
    ],
    from: "2026-09-01",
    until: "2027-05-31",
    exclude: ["2026-11-26"],
  });
  expect(datesOf(pattern)).toHaveLength(18);
});

describe("how often", () => {
  const cases: [string, object][] = [
    ["every Thursday", { kind: "weekly", weekdays: ["TH"] }],
    ["weekly on tue & thu", { kind: "weekly", weekdays: ["TU", "TH"] }],
    ["Mondays and Wednesdays", { kind: "weekly", weekdays: ["MO", "WE"] }],
    ["every other Friday", { kind: "biweekly", weeks: 2, weekdays: ["FR"] }],
    ["every second Thursday", { kind: "biweekly", weeks: 2, weekdays: ["TH"] }],
    ["biweekly Thursdays", { kind: "biweekly", weeks: 2, weekdays: ["TH"] }],
    ["every 3 weeks on Monday", { kind: "biweekly", weeks: 3, weekdays: ["MO"] }],
    ["every second Thursday of the month", { kind: "monthly", positions: [{ week: 2, day: "TH" }] }],
    [
      "1st & 3rd Tue",
      {
        kind: "monthly",
        positions: [
          { week: 1, day: "TU" },
          { week: 3, day: "TU" },
        ],
      },
    ],
    ["monthly, last Friday", { kind: "monthly", positions: [{ week: -1, day: "FR" }] }],
    [
      "every two months on the first Monday",
      { kind: "monthly", months: 2, positions: [{ week: 1, day: "MO" }] },
    ],
    ["Mon/Wed/Fri", { kind: "weekly", weekdays: ["MO", "WE", "FR"] }],
    ["weekdays", { kind: "weekly", weekdays: ["MO", "TU", "WE", "TH", "FR"] }],
    ["Sep 10, Oct 8 and 12 November", { kind: "dates", dates: ["2026-09-10", "2026-10-08", "2026-11-12"] }],
  ];
  test.each(cases)("%s", (text, pattern) => {
    const { pattern: got, rest } = said(text);
    expect(got).toMatchObject(pattern);
    expect(rest).toBe("");
  });
});

describe("the clock", () => {
  const cases: [string, object][] = [
    ["at noon", { time: "12:00" }],
    ["12:30 pm for 90 minutes", { time: "12:30", duration: "90" }],
    ["12-1 pm", { time: "12:00", duration: "60" }],
    ["11-12:30 pm", { time: "11:00", duration: "90" }],
    ["16:00 to 17:15", { time: "16:00", duration: "75" }],
    ["at 8am for an hour and a half", { time: "08:00", duration: "90" }],
    ["at 14", { time: "14:00" }],
    ["4 p.m. Eastern time", { time: "16:00", zone: "America/New_York" }],
    ["12 noon", { time: "12:00" }],
    ["6 in the evening", { time: "18:00" }],
    ["9:00 Africa/Lagos", { time: "09:00", zone: "Africa/Lagos" }],
    ["9:00 Lagos", { time: "09:00", zone: "Africa/Lagos" }],
  ];
  test.each(cases)("%s", (text, clock) => {
    const got = said(text);
    expect(got).toMatchObject(clock);
    expect(got.rest).toBe("");
  });
});

describe("from when to when", () => {
  const cases: [string, object][] = [
    ["September to May", { from: "2026-09-01", until: "2027-05-31", ends: "until" }],
    ["from 10 September until May 20, 2027", { from: "2026-09-10", until: "2027-05-20" }],
    ["July - August", { from: "2026-07-15", until: "2026-08-31" }],
    ["starting Oct 1, 12 times", { from: "2026-10-01", ends: "count", count: "12" }],
    ["January 2027 through March 2027", { from: "2027-01-01", until: "2027-03-31" }],
    ["from 9/10 for 6 months", { from: "2026-09-10", until: "2027-03-09" }],
    ["March to June", { from: "2027-03-01", until: "2027-06-30" }],
  ];
  test.each(cases)("%s", (text, span) => {
    const { pattern, rest } = said(text);
    expect(pattern).toMatchObject(span);
    expect(rest).toBe("");
  });

  test("a time after the month is no day of it", () => {
    const { pattern, time } = said("Thursdays September to May 12:00");
    expect(pattern.until).toBe("2027-05-31");
    expect(time).toBe("12:00");
  });
});

describe("what is left out", () => {
  const thursdays = (not: string) => said(`every Thursday, September to January, ${not}`);
  const cases: [string, readonly string[]][] = [
    ["not in the week of Thanksgiving", ["2026-11-26"]],
    ["except Thanksgiving and Christmas Eve", ["2026-11-26", "2026-12-24"]],
    ["not on Christmas", []],
    ["not on Christmas break", ["2026-12-24", "2026-12-31"]],
    ["but not on 8 October, Nov 5", ["2026-10-08", "2026-11-05"]],
    ["not 2026-12-31", ["2026-12-31"]],
    ["except holidays", ["2026-11-26", "2026-12-24", "2026-12-31"]],
    ["without December", ["2026-12-03", "2026-12-10", "2026-12-17", "2026-12-24", "2026-12-31"]],
  ];
  test.each(cases)("%s", (not, dates) => {
    const { pattern, rest } = thursdays(not);
    expect(pattern.exclude).toEqual(dates);
    expect(rest).toBe("");
  });

  test("may stand in the middle", () => {
    const { pattern, time, rest } = said("Thursdays September to May, not Thanksgiving week, 12:00 mountain");
    expect(pattern.exclude).toEqual(["2026-11-26"]);
    expect([time, rest]).toEqual(["12:00", ""]);
  });
});

test("a day that does not exist is given back", () => {
  expect(said("Mondays from February 30 2027").rest).toBe("february 30 2027");
  expect(said("Mondays until 31 November").rest).toBe("until 31 november");
});

test("Christmas is a day and no island", () => {
  const { zone, rest } = said("Thursdays until Christmas");
  expect(zone).toBeUndefined();
  expect(rest).toBe("until christmas");
});

test("what is not understood is given back, and what was there stays", () => {
  const { pattern, rest } = said("whenever the moon is full");
  expect(rest).toBe("whenever moon full");
  expect(pattern).toEqual(readAlone("", TODAY, ZONES).pattern);
});

describe("while a school year is going on", () => {
  const november = (text: string, year?: "next") =>
    read(text, newPattern("2026-11-23"), "2026-11-21", ZONES, year);
  const WORDS = "second and fourth Thursday, September to May, not in the week of Thanksgiving";

  test("its months are those that are left of it, and the next ones are offered", () => {
    const { pattern, years, rest } = november(WORDS);
    expect(rest).toBe("");
    expect(pattern).toMatchObject({ from: "2026-11-21", until: "2027-05-31", exclude: ["2026-11-26"] });
    expect(years?.other).toEqual({ from: "2027-09-01", until: "2028-05-31" });
    const next = november(WORDS, "next");
    expect(next.pattern).toMatchObject({ from: "2027-09-01", until: "2028-05-31", exclude: ["2027-11-25"] });
    expect(next.years?.other).toEqual({ from: "2026-11-21", until: "2027-05-31" });
  });

  test("a year that is named, or months without a date left, leave no question", () => {
    expect(november("Thursdays, September 2027 to May 2028").years).toBeUndefined();
    expect(november("Thursdays, March to June").pattern.from).toBe("2027-03-01");
    expect(november("Thursdays, September to May 2027").pattern).toMatchObject({
      from: "2026-11-21",
      until: "2027-05-31",
    });
    const late = read("first Thursday, September to November", newPattern("2026-11-23"), "2026-11-21", ZONES);
    expect(late.pattern.from).toBe("2027-09-01");
  });

  test("what the words leave out follows days that are changed by hand, and keeps what was done by hand", () => {
    const next = november(WORDS, "next");
    const moved = { ...next.pattern, from: "2026-11-21", until: "2027-05-31" };
    expect(followWords(WORDS, moved, next.out).exclude).toEqual(["2026-11-26"]);
    const byHand = { ...moved, exclude: ["2026-12-24"] };
    expect(followWords(WORDS, byHand, ["2026-11-26"]).exclude).toEqual(["2026-12-24"]);
  });
});
