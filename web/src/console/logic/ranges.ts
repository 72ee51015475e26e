/** Ranges of days that reports ask for. Both days belong to the range. Pure. */

import { addDays, daysInMonth, makeDay, partsOf } from "./days";

export interface Range {
  readonly from: string;
  readonly to: string;
}

export function thisYear(today: string): Range {
  const [year] = partsOf(today);
  return { from: makeDay(year, 1, 1), to: today };
}

/** Ranges ready to be taken, with their names. */
export function readyRanges(today: string): readonly { readonly words: string; readonly range: Range }[] {
  const [year, month] = partsOf(today);
  const lastMonth = month === 1 ? ([year - 1, 12] as const) : ([year, month - 1] as const);
  const quarter = Math.floor((month - 1) / 3) * 3 + 1;
  const grantYear = month >= 10 ? year : year - 1;
  return [
    {
      words: "Last month",
      range: { from: makeDay(...lastMonth, 1), to: makeDay(...lastMonth, daysInMonth(...lastMonth)) },
    },
    { words: "This quarter", range: { from: makeDay(year, quarter, 1), to: today } },
    { words: "This year", range: thisYear(today) },
    { words: "Last year", range: { from: makeDay(year - 1, 1, 1), to: makeDay(year - 1, 12, 31) } },
    {
      words: "Federal fiscal year",
      range: { from: makeDay(grantYear, 10, 1), to: earlier(today, makeDay(grantYear + 1, 9, 30)) },
    },
  ];
}

/** What is wrong with a range; empty where nothing is. */
export function rangeProblem(range: Range): string {
  if (!range.from || !range.to) return "Write both days.";
  if (range.to < range.from) return "The last day lies before the first.";
  return range.to > addDays(range.from, 366 * 20) ? "Twenty years at most." : "";
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}
