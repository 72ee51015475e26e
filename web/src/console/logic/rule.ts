/** On which dates a series happens, as it is put together on screen, and as the API has it. */

import type { Position, Rule, Weekday } from "../../api/series";
import {
  addDays,
  addMonths,
  daysBetween,
  isDay,
  nthWeekday,
  partsOf,
  WEEKDAYS,
  weekdayIndex,
  weekdayOf,
  weekOfMonth,
} from "./days";

export type PatternKind = "weekly" | "biweekly" | "monthly" | "dates";

/** Everything that any kind of rule needs; what the chosen kind does not use waits in case it is chosen again. */
export interface Pattern {
  readonly kind: PatternKind;
  /** Every so many weeks, where the kind is "biweekly". */
  readonly weeks: number;
  readonly months: number;
  readonly weekdays: readonly Weekday[];
  readonly positions: readonly Position[];
  readonly dates: readonly string[];
  /** The first day that may be a date. */
  readonly from: string;
  readonly ends: "until" | "count";
  readonly until: string;
  /** As it is typed. */
  readonly count: string;
  readonly exclude: readonly string[];
}

export type PatternErrors = Partial<
  Record<"weekdays" | "positions" | "dates" | "from" | "until" | "count", string>
>;

/** The service takes no more; a preview of this many rows is still read. */
export const MOST = 366;
const MOST_YEARS = 5;

/** Weeks of a month that a weekday may be in, as rows of the picker. */
export const MONTH_WEEKS: readonly {
  readonly week: number;
  readonly short: string;
  readonly words: string;
}[] = [
  { week: 1, short: "1st", words: "first" },
  { week: 2, short: "2nd", words: "second" },
  { week: 3, short: "3rd", words: "third" },
  { week: 4, short: "4th", words: "fourth" },
  { week: 5, short: "5th", words: "fifth" },
  { week: -1, short: "Last", words: "last" },
];

/** Nothing chosen yet but a first day, and half a year to go on. */
export function newPattern(from: string): Pattern {
  const day = weekdayOf(from);
  return {
    kind: "weekly",
    weeks: 2,
    months: 1,
    weekdays: [day],
    positions: [{ week: Math.min(weekOfMonth(from), 4), day }],
    dates: [],
    from,
    ends: "until",
    until: addMonths(from, 6),
    count: "12",
    exclude: [],
  };
}

/** The pattern that shows a rule whose first date is `from`. */
export function patternOf(rule: Rule, from: string): Pattern {
  const blank = { ...newPattern(from), exclude: rule.exclude };
  if (rule.freq === "dates") {
    return { ...blank, kind: "dates", dates: rule.dates, until: rule.dates.at(-1) ?? blank.until };
  }
  const ending = {
    ends: rule.count === null ? ("until" as const) : ("count" as const),
    until: rule.until ?? blank.until,
    count: rule.count === null ? blank.count : String(rule.count),
  };
  if (rule.freq === "monthly") {
    return { ...blank, ...ending, kind: "monthly", months: rule.interval, positions: rule.positions };
  }
  const kind = rule.interval === 1 ? "weekly" : "biweekly";
  return {
    ...blank,
    ...ending,
    kind,
    weeks: rule.interval === 1 ? 2 : rule.interval,
    weekdays: rule.weekdays,
  };
}

/** The rule that is sent; call only with a pattern that {@link checkPattern} passed. */
export function ruleOf(pattern: Pattern): Rule {
  const exclude = sorted(pattern.exclude);
  if (pattern.kind === "dates") return { freq: "dates", dates: sorted(pattern.dates), exclude };
  const ends =
    pattern.ends === "until"
      ? { until: pattern.until, count: null }
      : { until: null, count: Number(pattern.count) };
  if (pattern.kind === "monthly") {
    return {
      freq: "monthly",
      interval: pattern.months,
      positions: inMonthOrder(pattern.positions),
      ...ends,
      exclude,
    };
  }
  const weekdays = WEEKDAYS.filter((day) => pattern.weekdays.includes(day));
  return { freq: "weekly", interval: intervalOf(pattern), weekdays, ...ends, exclude };
}

/** The first day that is sent beside the rule. */
export function startOf(pattern: Pattern): string {
  return pattern.kind === "dates" ? (sorted(pattern.dates)[0] ?? pattern.from) : pattern.from;
}

/** What is wrong before anything is sent. */
export function checkPattern(pattern: Pattern): PatternErrors {
  if (pattern.kind === "dates")
    return pattern.dates.length > 0 ? {} : { dates: "Choose the dates in the calendar." };
  const errors: { -readonly [key in keyof PatternErrors]: string } = {};
  if (pattern.kind === "monthly") {
    if (pattern.positions.length === 0) errors.positions = "Choose at least one weekday of the month.";
  } else if (pattern.weekdays.length === 0) errors.weekdays = "Choose at least one weekday.";
  if (!isDay(pattern.from)) errors.from = "Choose the first day.";
  if (pattern.ends === "count") {
    const count = /^\d{1,4}$/.test(pattern.count.trim()) ? Number(pattern.count) : 0;
    if (count < 1 || count > MOST) errors.count = `Write a number from 1 to ${MOST}.`;
  } else if (!isDay(pattern.until)) errors.until = "Choose the last day.";
  else if (pattern.until < pattern.from) errors.until = "The last day is before the first one.";
  else if (daysBetween(pattern.from, pattern.until) > MOST_YEARS * 366)
    errors.until = `A series goes on for ${MOST_YEARS} years at most.`;
  return errors;
}

/**
 * The dates that a pattern gives, those too that are left out. The service has the last word; this marks dates
 * while somebody types, and none where the pattern is not finished.
 */
export function datesOf(pattern: Pattern): readonly string[] {
  if (Object.keys(checkPattern(pattern)).length > 0) return [];
  if (pattern.kind === "dates") return sorted(pattern.dates);
  const last = addDays(pattern.from, MOST_YEARS * 366);
  const until = pattern.ends === "until" ? pattern.until : last;
  const most = pattern.ends === "count" ? Math.min(Number(pattern.count), MOST) : MOST;
  const found: string[] = [];
  const days = pattern.kind === "monthly" ? monthly(pattern, until) : weekly(pattern, until);
  for (const day of days) {
    if (found.length === most) break;
    found.push(day);
  }
  return found;
}

function* weekly(pattern: Pattern, until: string): Generator<string> {
  const monday = addDays(pattern.from, -weekdayIndex(pattern.from));
  const step = 7 * intervalOf(pattern);
  for (let week = monday; week <= until; week = addDays(week, step)) {
    for (const [index, weekday] of WEEKDAYS.entries()) {
      const day = addDays(week, index);
      if (pattern.weekdays.includes(weekday) && day >= pattern.from && day <= until) yield day;
    }
  }
}

function* monthly(pattern: Pattern, until: string): Generator<string> {
  for (
    let month = `${pattern.from.slice(0, 7)}-01`;
    month <= until;
    month = addMonths(month, pattern.months)
  ) {
    const [year, number] = partsOf(month);
    const days = pattern.positions.map(({ week, day }) => nthWeekday(year, number, week, day));
    for (const day of sorted(days.filter((one) => one !== null))) {
      if (day >= pattern.from && day <= until) yield day;
    }
  }
}

function intervalOf(pattern: Pattern): number {
  return pattern.kind === "biweekly" ? pattern.weeks : 1;
}

/** The pattern with these dates left out; of dates that were chosen one by one they are taken away. */
export function leavingOut(pattern: Pattern, exclude: readonly string[]): Pattern {
  if (pattern.kind !== "dates") return { ...pattern, exclude };
  return { ...pattern, dates: pattern.dates.filter((day) => !exclude.includes(day)), exclude: [] };
}

/** In order and each once. */
export function sorted(days: readonly string[]): string[] {
  return [...new Set(days)].sort();
}

export function samePosition(one: Position, other: Position): boolean {
  return one.week === other.week && one.day === other.day;
}

/** First to fourth, then the last; Monday first. */
function inMonthOrder(positions: readonly Position[]): Position[] {
  const place = ({ week, day }: Position) => (week < 0 ? 9 : week) * 10 + WEEKDAYS.indexOf(day);
  return [...positions].sort((a, b) => place(a) - place(b));
}

/** With the value taken out if it is there, else added. */
export function toggled<T>(values: readonly T[], value: T, same = (a: T, b: T) => a === b): readonly T[] {
  const rest = values.filter((one) => !same(one, value));
  return rest.length < values.length ? rest : [...values, value];
}
