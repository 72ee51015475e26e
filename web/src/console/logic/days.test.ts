import { expect, test } from "vitest";
import { addDays, addMonths, isDay, nthWeekday, shortDay, weekdayOf, weekOfMonth } from "./days";

test("days follow each other over the end of a year and a leap day", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(addDays("2026-03-08", 7)).toBe("2026-03-15");
});

test("a month later is the same day, or the last of a shorter month", () => {
  expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
  expect(addMonths("2026-12-15", 1)).toBe("2027-01-15");
  expect(addMonths("2027-01-15", -1)).toBe("2026-12-15");
});

test("only days that exist are days", () => {
  expect(isDay("2026-02-28")).toBe(true);
  expect(isDay("2026-02-29")).toBe(false);
  expect(isDay("2026-2-9")).toBe(false);
});

test("weekdays of a month are counted from its first and from its end", () => {
  expect(nthWeekday(2026, 11, 4, "TH")).toBe("2026-11-26");
  expect(nthWeekday(2026, 9, 2, "TH")).toBe("2026-09-10");
  expect(nthWeekday(2026, 11, -1, "MO")).toBe("2026-11-30");
  expect(nthWeekday(2026, 11, 5, "TH")).toBeNull();
  expect(weekdayOf("2026-11-26")).toBe("TH");
  expect(weekOfMonth("2026-11-26")).toBe(4);
});

test("a day is written with its weekday", () => {
  expect(shortDay("2026-11-26")).toBe("Thu, Nov 26");
  expect(shortDay("2026-11-26", true)).toBe("Thu, Nov 26, 2026");
});
