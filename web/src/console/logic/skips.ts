/** Days on which hubs in the United States rarely meet, offered to be left out with one press. */

import { addDays, makeDay, nthWeekday, partsOf, shortDay, weekdayIndex, weekdayOf } from "./days";

export interface Skip {
  /** "Thanksgiving week (Nov 26)". */
  readonly words: string;
  readonly dates: readonly string[];
}

/** True in the week, Monday to Sunday, of the fourth Thursday of November. */
export function inThanksgivingWeek(day: string): boolean {
  const thanksgiving = nthWeekday(partsOf(day)[0], 11, 4, "TH") as string;
  return mondayOf(thanksgiving) === mondayOf(day);
}

/** True from Christmas Eve to New Year's Day. */
export function inWinterBreak(day: string): boolean {
  const date = day.slice(5);
  return date >= "12-24" || date === "01-01";
}

/** The name of the federal holiday that a day is, or "". */
export function holidayOf(day: string): string {
  const [year] = partsOf(day);
  return HOLIDAYS.find(([, on]) => on(year) === day)?.[0] ?? "";
}

const HOLIDAYS: readonly (readonly [string, (year: number) => string | null])[] = [
  ["New Year's Day", (year) => makeDay(year, 1, 1)],
  ["Martin Luther King Day", (year) => nthWeekday(year, 1, 3, "MO")],
  ["Presidents' Day", (year) => nthWeekday(year, 2, 3, "MO")],
  ["Memorial Day", (year) => nthWeekday(year, 5, -1, "MO")],
  ["Juneteenth", (year) => makeDay(year, 6, 19)],
  ["Independence Day", (year) => makeDay(year, 7, 4)],
  ["Labor Day", (year) => nthWeekday(year, 9, 1, "MO")],
  ["Indigenous Peoples' Day", (year) => nthWeekday(year, 10, 2, "MO")],
  ["Veterans Day", (year) => makeDay(year, 11, 11)],
  ["Thanksgiving", (year) => nthWeekday(year, 11, 4, "TH")],
  ["Christmas Day", (year) => makeDay(year, 12, 25)],
];

/** Which of the dates fall on such days, those together that are usually left out together. */
export function skipsAmong(dates: readonly string[]): Skip[] {
  const found = new Map<string, string[]>();
  for (const day of dates) {
    const name = skipName(day);
    if (name) found.set(name, [...(found.get(name) ?? []), day]);
  }
  return [...found].map(([name, days]) => ({
    words: `${name} (${days.map(monthAndDay).join(", ")})`,
    dates: days,
  }));
}

function skipName(day: string): string {
  if (inThanksgivingWeek(day)) return "Thanksgiving week";
  if (inWinterBreak(day)) return "Christmas to New Year";
  return holidayOf(day);
}

/** "Nov 26" of "Thu, Nov 26". */
function monthAndDay(day: string): string {
  return shortDay(day).split(", ")[1] ?? day;
}

function mondayOf(day: string): string {
  return weekdayOf(day) === "MO" ? day : addDays(day, -weekdayIndex(day));
}
