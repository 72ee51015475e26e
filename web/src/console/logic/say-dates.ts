/** Days and months as people write them: "10 September", "Sep 10, 2026", "9/10", "2026-09-10", "September". */

import { addDays, addMonths, daysInMonth, isDay, makeDay, partsOf } from "./days";

const MONTHS = [
  ...["jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?"],
  ...["aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"],
];
const MONTH = `(?:${MONTHS.join("|")})`;
const NUMBER = "\\d{1,2}(?:st|nd|rd|th)?(?![\\d:])(?!\\s*[ap]\\.?m\\b)";
const YEAR = "(?:,?\\s+\\d{4})?";

/** A day, with or without its year. */
export const DATE = [
  "\\d{4}-\\d{2}-\\d{2}",
  "\\d{1,2}/\\d{1,2}(?:/\\d{4})?",
  `${MONTH}\\.?\\s+${NUMBER}${YEAR}`,
  `${NUMBER}(?:\\s+of)?\\s+${MONTH}${YEAR}`,
].join("|");

/** A day, or a month alone. */
export const MONTH_OR_DATE = `${DATE}|${MONTH}(?:\\s+\\d{4})?`;
export const MONTH_ALONE = MONTH;

interface Written {
  readonly year: number | null;
  readonly month: number;
  readonly day: number | null;
}

function parse(text: string): Written | null {
  const iso = text.match(/^(\d{4})-(\d{2})-(\d{2})$/);
  if (iso) return { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) };
  const slashes = text.match(/^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/);
  if (slashes) {
    return {
      year: slashes[3] ? Number(slashes[3]) : null,
      month: Number(slashes[1]),
      day: Number(slashes[2]),
    };
  }
  const month = monthIn(text);
  if (month === null) return null;
  const year = text.match(/\b\d{4}\b/)?.[0];
  const day = text.match(/\b(\d{1,2})(?:st|nd|rd|th)?\b/)?.[1];
  return { year: year ? Number(year) : null, month, day: day ? Number(day) : null };
}

/** 1 for "jan". */
export function monthIn(text: string): number | null {
  const found = MONTHS.findIndex((name) => new RegExp(`(?<![a-z])${name}(?![a-z])`).test(text));
  return found < 0 ? null : found + 1;
}

/** The next such day that is not before `least`; a month begins with its first day that is left. */
export function dateFrom(text: string, least: string): string | null {
  const written = parse(text);
  if (!written) return null;
  const [thisYear] = partsOf(least);
  for (const year of written.year === null ? [thisYear, thisYear + 1, thisYear + 2] : [written.year]) {
    const last = makeDay(year, written.month, daysInMonth(year, written.month));
    const day = written.day === null ? `${last.slice(0, 7)}-01` : exact(year, written.month, written.day);
    if (day === null) continue;
    if (written.year !== null || day >= least) return day;
    if (written.day === null && last >= least) return least;
  }
  return null;
}

/** The end of a stretch that begins with `from`: a month ends with its last day. */
export function rangeEnd(text: string, from: string): string | null {
  const written = parse(text);
  if (!written) return null;
  if (written.day !== null) return dateFrom(text, addDays(from, written.year === null ? 1 : 0));
  const [year] = partsOf(from);
  const end = (at: number) => makeDay(at, written.month, daysInMonth(at, written.month));
  if (written.year !== null) return end(written.year);
  return end(year) > from ? end(year) : end(year + 1);
}

/** The stretch of months that is going on, from today: "September to May" said in November; null where none is. */
export function runningRange(from: string, until: string, today: string) {
  const start = parse(from);
  const end = parse(until);
  if (!start || !end || start.year !== null || start.day !== null) return null;
  const [year] = partsOf(today);
  for (const begun of [makeDay(year, start.month, 1), makeDay(year - 1, start.month, 1)]) {
    const last = rangeEnd(until, begun);
    if (begun.slice(0, 7) >= today.slice(0, 7) || !last) continue;
    if (last >= today && last < addMonths(begun, 12)) return { from: today, until: last };
  }
  return null;
}

/** True where the day is one that the words mean, in any year unless they name it. */
export function isMeant(text: string, day: string): boolean {
  const written = parse(text);
  if (!written) return false;
  const [year, month, date] = partsOf(day);
  if (written.year !== null && written.year !== year) return false;
  return written.month === month && (written.day === null || written.day === date);
}

function exact(year: number, month: number, day: number): string | null {
  const written = [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  return isDay(written) ? written : null;
}
