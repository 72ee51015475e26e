/** Days of the calendar as "2026-11-21": no clock and no zone, so that no arithmetic can cross a clock change. */

import type { Weekday } from "../../api/series";

const DAY_MS = 86_400_000;

/** Monday first, as rules count them. */
export const WEEKDAYS: readonly Weekday[] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

export const WEEKDAY_NAMES: Readonly<Record<Weekday, string>> = {
  MO: "Monday",
  TU: "Tuesday",
  WE: "Wednesday",
  TH: "Thursday",
  FR: "Friday",
  SA: "Saturday",
  SU: "Sunday",
};

export const MONTH_NAMES = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
] as const;

/** True for a day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function makeDay(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of another month, or its last where it is shorter. */
export function addMonths(day: string, count: number): string {
  const [year, month, date] = partsOf(day);
  const last = daysInMonth(year, month + count);
  return makeDay(year, month + count, Math.min(date, last));
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Year, month from 1, day. */
export function partsOf(day: string): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function weekdayOf(day: string): Weekday {
  return WEEKDAYS[weekdayIndex(day)] as Weekday;
}

/** 0 for Monday. */
export function weekdayIndex(day: string): number {
  return (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
}

/** The `week`th such weekday of a month, -1 for the last; null where there is none. */
export function nthWeekday(year: number, month: number, week: number, day: Weekday): string | null {
  const first = makeDay(year, month, 1);
  const ahead = (WEEKDAYS.indexOf(day) - weekdayIndex(first) + 7) % 7;
  const all = [1, 2, 3, 4, 5].map((nth) => 1 + ahead + (nth - 1) * 7);
  const dates = all.filter((date) => date <= daysInMonth(year, month));
  const found = week === -1 ? dates.at(-1) : dates[week - 1];
  return found === undefined ? null : makeDay(year, month, found);
}

/** 2 for the second such weekday of its month. */
export function weekOfMonth(day: string): number {
  return Math.floor((Number(day.slice(8, 10)) - 1) / 7) + 1;
}

/** "Thu, Nov 26", with the year where it is asked for. */
export function shortDay(day: string, withYear = false): string {
  return dayFormat(withYear ? "short-year" : "short").format(Date.parse(day));
}

/** "Thursday, November 26, 2026". */
export function longDay(day: string): string {
  return dayFormat("long").format(Date.parse(day));
}

/** "November 2026". */
export function monthTitle(day: string): string {
  return dayFormat("month").format(Date.parse(day));
}

const SHORT = { weekday: "short", month: "short", day: "numeric" } as const;
const LONG = { weekday: "long", month: "long", day: "numeric", year: "numeric" } as const;
const FORMATS = {
  short: SHORT,
  "short-year": { ...SHORT, year: "numeric" },
  long: LONG,
  month: { month: "long", year: "numeric" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
const made = new Map<keyof typeof FORMATS, Intl.DateTimeFormat>();

function dayFormat(name: keyof typeof FORMATS): Intl.DateTimeFormat {
  let found = made.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", { ...FORMATS[name], timeZone: "UTC" });
    made.set(name, found);
  }
  return found;
}
