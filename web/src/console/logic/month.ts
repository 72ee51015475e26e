/** A month as a grid of weeks, and how arrow keys move through it. */

import type { Weekday } from "../../api/series";
import { addDays, addMonths, daysInMonth, makeDay, partsOf, WEEKDAYS, weekdayIndex } from "./days";

/** True where weeks begin on Sunday, as most of the Americas have it. */
export function sundayFirst(locale: string): boolean {
  return /^(en-US|en-CA|es-US|es-MX|pt-BR|en$)/.test(locale);
}

/** The days of the week as they stand beside each other. */
export function weekdayOrder(sunday: boolean): readonly Weekday[] {
  return sunday ? ["SU", ...WEEKDAYS.slice(0, 6)] : WEEKDAYS;
}

/** The weeks that hold a month: whole weeks, with days of its neighbours at both ends. */
export function weeksOf(day: string, sunday: boolean): string[][] {
  const [year, month] = partsOf(day);
  const first = makeDay(year, month, 1);
  const lead = columnOf(first, sunday);
  const count = Math.ceil((lead + daysInMonth(year, month)) / 7);
  const start = addDays(first, -lead);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_, column) => addDays(start, week * 7 + column)),
  );
}

/** In which column of the grid a day stands. */
export function columnOf(day: string, sunday: boolean): number {
  return sunday ? (weekdayIndex(day) + 1) % 7 : weekdayIndex(day);
}

/** Where a key leads from a day; null for keys that lead nowhere. */
export function moved(key: string, day: string, sunday: boolean, today: string): string | null {
  switch (key) {
    case "ArrowLeft":
      return addDays(day, -1);
    case "ArrowRight":
      return addDays(day, 1);
    case "ArrowUp":
      return addDays(day, -7);
    case "ArrowDown":
      return addDays(day, 7);
    case "Home":
      return addDays(day, -columnOf(day, sunday));
    case "End":
      return addDays(day, 6 - columnOf(day, sunday));
    case "PageUp":
      return addMonths(day, -1);
    case "PageDown":
      return addMonths(day, 1);
    case "t":
      return today;
    default:
      return null;
  }
}

export function sameMonth(one: string, other: string): boolean {
  return one.slice(0, 7) === other.slice(0, 7);
}
