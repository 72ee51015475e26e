import { expect, test } from "vitest";
import { holidayOf, inThanksgivingWeek, inWinterBreak, skipsAmong } from "./skips";

test("the week of Thanksgiving goes from Monday to Sunday", () => {
  expect(inThanksgivingWeek("2026-11-22")).toBe(false);
  expect(inThanksgivingWeek("2026-11-23")).toBe(true);
  expect(inThanksgivingWeek("2026-11-29")).toBe(true);
  expect(inThanksgivingWeek("2026-11-30")).toBe(false);
});

test("the winter break goes over the end of the year", () => {
  expect(inWinterBreak("2026-12-23")).toBe(false);
  expect(inWinterBreak("2026-12-24")).toBe(true);
  expect(inWinterBreak("2027-01-01")).toBe(true);
  expect(inWinterBreak("2027-01-02")).toBe(false);
});

test("holidays move with their weekday", () => {
  expect(holidayOf("2027-01-18")).toBe("Martin Luther King Day");
  expect(holidayOf("2027-05-31")).toBe("Memorial Day");
  expect(holidayOf("2027-05-27")).toBe("");
});

test("dates on such days are offered together, under one name", () => {
  expect(skipsAmong(["2026-11-12", "2026-11-26", "2026-12-24", "2026-12-31"])).toEqual([
    { words: "Thanksgiving week (Nov 26)", dates: ["2026-11-26"] },
    { words: "Christmas to New Year (Dec 24, Dec 31)", dates: ["2026-12-24", "2026-12-31"] },
  ]);
});
