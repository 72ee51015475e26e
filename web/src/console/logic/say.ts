/**
 * Reads "second and fourth Thursday, 12:00, Mountain, September to May, not Thanksgiving week": what a coordinator
 * would say on the phone fills in the form. What is not understood is given back, never guessed at.
 */

import type { Position, Weekday } from "../../api/series";
import { addDays, addMonths, WEEKDAYS } from "./days";
import { datesOf, newPattern, type Pattern, sorted } from "./rule";
import { DATE, dateFrom, MONTH_OR_DATE, rangeEnd, runningRange } from "./say-dates";
import { type Exclusion, readExclusions } from "./say-not";
import { readTime } from "./say-time";
import { zoneIn } from "./say-zone";
import { Words } from "./words";

export interface Said {
  /** The pattern as it was, with everything that was said. */
  readonly pattern: Pattern;
  /** "12:00". */
  readonly time?: string;
  /** Minutes. */
  readonly duration?: string;
  readonly zone?: string;
  /** Where months without a year mean those that are going on or the next ones: which was taken, and which was not. */
  readonly years?: { readonly taken: Span; readonly other: Span };
  /** The dates that the words leave out. */
  readonly out: readonly string[];
  /** Words that were not understood, or "". */
  readonly rest: string;
}

/** From the first to the last day. */
export interface Span {
  readonly from: string;
  readonly until: string;
}

/** Which of two readings of "September to May" is meant while those months are going on. */
export type Year = "running" | "next";

export interface Zones {
  /** Every zone that may be named by its city. */
  readonly ids: readonly string[];
}

const DAY =
  "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?";
const DAYS = `(?:${DAY})s?(?:(?:\\s*[,/]\\s*|\\s*(?:and|&|\\+)\\s*)(?:${DAY})s?)*`;
const NTH = "1st|first|2nd|second|3rd|third|4th|fourth|5th|fifth|last";
const NTHS = `(?:${NTH})(?:(?:\\s*,\\s*|\\s*(?:and|&|\\+)\\s*)(?:and\\s+)?(?:${NTH}))*`;
const NUMBERS = ["two", "three", "four", "five", "six", "seven", "eight"];
const WEEKS = `(\\d{1,2}|${NUMBERS.join("|")}|second|other|2nd|third|3rd|fourth|4th|alternate)`;
const FILLERS =
  /\b(every|each|on|at|in|the|of|from|and|but|with|starting|for|month|months|week|weeks|time|zone|local|it|is|a)\b/g;

/** Reads the text on top of what the form holds. */
export function read(
  text: string,
  before: Pattern,
  today: string,
  zones: Zones,
  year: Year = "running",
): Said {
  const words = new Words(text);
  const exclusions = readExclusions(words);
  const { running, ...span } = readSpan(words, before, today);
  const clock = readTime(words);
  const rhythm = readRhythm(words);
  const dates = rhythm ? [] : readDates(words, today);
  const zone = zoneIn(words, zones.ids);
  let pattern: Pattern = { ...before, ...span, ...rhythm };
  if (dates.length > 0) pattern = { ...pattern, kind: "dates", dates };
  const years = running ? yearsOf(pattern, running, year) : null;
  if (years) pattern = { ...pattern, ...years.taken };
  const out = excluded(pattern, exclusions);
  if (exclusions.length > 0) pattern = { ...pattern, exclude: out };
  const rest = words
    .left()
    .replace(FILLERS, " ")
    .replace(/[\s,;.|&+-]+/g, " ")
    .trim();
  return {
    pattern,
    ...clock,
    ...(zone ? { zone } : {}),
    ...(years?.other ? { years: { taken: years.taken, other: years.other } } : {}),
    out,
    rest,
  };
}

/**
 * What the words leave out of days that were changed beside them; `out` is what they left out before. A date that was
 * put back by hand stays, and one that was left out by hand stays out.
 */
export function followWords(text: string, pattern: Pattern, out: readonly string[]) {
  const now = excluded(pattern, readExclusions(new Words(text)));
  const putBack = out.filter((day) => !pattern.exclude.includes(day));
  const byHand = pattern.exclude.filter((day) => !out.includes(day));
  return { out: now, exclude: sorted([...byHand, ...now.filter((day) => !putBack.includes(day))]) };
}

/** The months that are going on where they have dates left, unless the next ones are asked for. */
function yearsOf(pattern: Pattern, running: Span, year: Year) {
  const next = { from: pattern.from, until: pattern.until };
  if (datesOf({ ...pattern, ...running, exclude: [] }).length === 0) return null;
  if (next.until < next.from) return { taken: running, other: null };
  return year === "running" ? { taken: running, other: next } : { taken: next, other: running };
}

function excluded(pattern: Pattern, exclusions: readonly Exclusion[]): readonly string[] {
  return datesOf({ ...pattern, exclude: [] }).filter((day) => exclusions.some((leaveOut) => leaveOut(day)));
}

/** From when to when, or how often. A date that does not exist is left among what is not understood. */
function readSpan(
  words: Words,
  before: Pattern,
  today: string,
): Partial<Pattern> & { running?: Span | null } {
  const to = "(?:to|until|till|through|thru|-|\u2013)";
  const range = words.take(
    `(?:from\\s+)?(${MONTH_OR_DATE})\\s*${to}\\s*(?:the end of\\s+)?(${MONTH_OR_DATE})`,
    ([, from = "", until = ""]) => {
      const start = dateFrom(from, today);
      return start !== null && rangeEnd(until, start) !== null;
    },
  );
  const first =
    range ??
    words.take(
      `(?:from|starting|starts|beginning|begins|as of)(?:\\s+(?:on|in))?\\s+(${MONTH_OR_DATE})`,
      ([, day = ""]) => dateFrom(day, today) !== null,
    );
  const from = first ? dateFrom(first[1] as string, today) : null;
  const span: { -readonly [key in keyof Pattern]?: Pattern[key] } = from ? { from } : {};
  const start = from ?? before.from;
  const end = range
    ? range[2]
    : words.take(
        `(?:until|till|through|thru|ending|ends|up to|to)(?:\\s+(?:on|in|the end of))?\\s+(${MONTH_OR_DATE})`,
        ([, day = ""]) => rangeEnd(day, start) !== null,
      )?.[1];
  const until = end ? rangeEnd(end, start) : null;
  const running = range ? runningRange(range[1] as string, range[2] as string, today) : null;
  if (until) return { ...span, ends: "until", until, running };
  const count = words.take("(\\d{1,3})\\s*(?:times|sessions|dates|occurrences|meetings|x)");
  if (count) return { ...span, ends: "count", count: count[1] as string };
  const length = words.take(
    "for\\s+(?:the next\\s+)?(\\d{1,2}|a|one|two|three|six)\\s+(weeks?|months?|years?)",
  );
  if (length)
    return { ...span, ends: "until", until: after(start, length[1] as string, length[2] as string) };
  // Without an end the distance of the one that was there goes along with the new beginning.
  return from && before.until < from ? { ...span, until: addMonths(from, 6) } : span;
}

function after(start: string, number: string, unit: string): string {
  const count = Number({ a: 1, one: 1, two: 2, three: 3, six: 6 }[number] ?? number);
  if (unit.startsWith("week")) return addDays(start, 7 * count - 1);
  return addDays(addMonths(start, unit.startsWith("year") ? 12 * count : count), -1);
}

/** How often and on which weekdays; null where nothing of the kind is said. */
function readRhythm(words: Words): Partial<Pattern> | null {
  const monthly = readMonthly(words);
  if (monthly) return monthly;
  const often = words.take(`every\\s+${WEEKS}\\s+weeks?|(biweekly|bi-weekly|fortnightly)|alternate\\s+weeks`);
  const every = often ? null : words.take(`(?:every\\s+${WEEKS}|alternate)\\s+(${DAYS})`);
  const weekly = words.take("weekly|every week");
  const said = every ? every[2] : words.take(`(?:every\\s+|each\\s+|on\\s+)?(${DAYS})`)?.[1];
  const workdays = said ? null : words.take("(?:every\\s+)?weekdays?|(?:every\\s+)?(?:day|daily)");
  const weeks = often || every ? numberOf((often ?? every)?.[1] ?? "2") : 1;
  if (!said && !workdays && !often && !weekly) return null;
  const rhythm = weeks === 1 ? { kind: "weekly" as const } : { kind: "biweekly" as const, weeks };
  if (workdays) {
    const all = /day$|daily/.test(workdays[0]) && !workdays[0].includes("weekday");
    return { ...rhythm, weekdays: all ? WEEKDAYS : WEEKDAYS.slice(0, 5) };
  }
  return said ? { ...rhythm, weekdays: weekdaysIn(said) } : rhythm;
}

/** "Second and fourth Thursday", "last Friday of the month"; "every second Thursday" is every two weeks instead. */
function readMonthly(words: Words): Partial<Pattern> | null {
  const months = words.take(`every\\s+(${NUMBERS.join("|")}|other|second|third|\\d{1,2})\\s+months?`);
  words.take("monthly");
  const positions: Position[] = [];
  for (;;) {
    const found = words.take(
      `(every\\s+|each\\s+)?(${NTHS})\\s+(${DAYS})(\\s+(?:of|in)\\s+(?:the|every|each)\\s+month)?`,
      ([, every, nths = "", , month]) => {
        const single = !/,|and|&|\+/.test(nths);
        const interval = every?.startsWith("every") && single && /second|2nd|third|3rd|fourth|4th/.test(nths);
        return !(interval && !month);
      },
    );
    if (!found) break;
    for (const nth of matches(found[2] as string, NTH)) {
      for (const day of weekdaysIn(found[3] as string)) positions.push({ week: weekOf(nth), day });
    }
  }
  if (positions.length === 0) return months ? { months: numberOf(months[1] as string) } : null;
  return { kind: "monthly", positions, months: months ? numberOf(months[1] as string) : 1 };
}

function readDates(words: Words, today: string): string[] {
  const found: string[] = [];
  for (;;) {
    const next = words.take(`(${DATE})`, ([day]) => dateFrom(day, found.at(-1) ?? today) !== null);
    if (!next) return found;
    const day = dateFrom(next[1] as string, found.at(-1) ?? today);
    if (day) found.push(day);
  }
}

function weekdaysIn(text: string): Weekday[] {
  const found = matches(text, DAY).map((word) => word.slice(0, 2).toUpperCase());
  return WEEKDAYS.filter((day) => found.includes(day));
}

function matches(text: string, pattern: string): string[] {
  return [...text.matchAll(new RegExp(`\\b(?:${pattern})`, "g"))].map((match) => match[0]);
}

function weekOf(nth: string): number {
  if (nth === "last") return -1;
  const place = ["first", "second", "third", "fourth", "fifth"].indexOf(nth);
  return place < 0 ? Number(nth[0]) : place + 1;
}

function numberOf(word: string): number {
  const named: Record<string, number> = { second: 2, other: 2, alternate: 2, third: 3, fourth: 4 };
  const place = NUMBERS.indexOf(word);
  if (place >= 0) return place + 2;
  return named[word] ?? (Number.parseInt(word, 10) || 2);
}

/** An empty form to read into, for what is said without one. */
export function readAlone(text: string, today: string, zones: Zones): Said {
  return read(text, newPattern(today), today, zones);
}
