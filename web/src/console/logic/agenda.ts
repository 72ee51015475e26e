/** What a calendar shows of its sessions: by day, in words, in a colour for each program. */

import type { CalendarItem } from "../../api/calendar";
import { longDay } from "./days";
import { clock, dayOf, plural, zoneName } from "./time";

/** So many quiet colours there are; programs beyond share them. */
export const HUES = 8;

/** The sessions of each day, by start. */
export function byDay(
  items: readonly CalendarItem[],
  zone: string,
): ReadonlyMap<string, readonly CalendarItem[]> {
  const days = new Map<string, CalendarItem[]>();
  const order = (a: CalendarItem, b: CalendarItem) =>
    a.starts_at.localeCompare(b.starts_at) || a.title.localeCompare(b.title);
  for (const item of [...items].sort(order)) {
    const day = dayOf(new Date(item.starts_at), zone);
    const there = days.get(day);
    if (there) there.push(item);
    else days.set(day, [item]);
  }
  return days;
}

/** The colour of a program: its place among all of them, so that neighbours differ; 0 is for sessions without one. */
export function hueOf(program: string | null, programs: readonly string[]): number {
  if (program === null) return 0;
  const place = programs.indexOf(program);
  return place < 0 ? 0 : (place % HUES) + 1;
}

/** "12 PM", "12:30 PM" or "12:00": short, for a narrow cell. */
export function shortClock(item: CalendarItem, zone: string): string {
  return clock(new Date(item.starts_at), zone).replace(/^(\d+):00(?=\s)/, "$1");
}

/** "12:00 to 13:00". */
export function spanOf(item: CalendarItem, zone: string): string {
  return `${clock(new Date(item.starts_at), zone)} to ${clock(new Date(item.ends_at), zone)}`;
}

/** "14:00 at the hub (Eastern Time)", or "" where the reader's clock shows the same. */
export function hubWords(item: CalendarItem, zone: string): string {
  const at = new Date(item.starts_at);
  const here = `${dayOf(at, zone)} ${clock(at, zone)}`;
  const hub = `${dayOf(at, item.zone)} ${clock(at, item.zone)}`;
  return here === hub ? "" : `${clock(at, item.zone)} at the hub (${zoneName(item.zone)})`;
}

/** What is special about a session, in a word or two each. */
export function marksOf(item: CalendarItem): string[] {
  const marks: string[] = [];
  if (item.status === "cancelled") marks.push("cancelled");
  if (item.status === "open") marks.push("live");
  if (item.moved_forward) marks.push("clocks change");
  if (item.changed_by_hand.some((field) => field !== "status")) marks.push("changed by hand");
  return marks;
}

/** "Thursday, November 26, 2026, 2 sessions": what a day of the grid is called. */
export function dayLabel(day: string, count: number, today: string): string {
  const sessions = count === 0 ? "no sessions" : plural(count, "session");
  return `${longDay(day)}${day === today ? ", today" : ""}, ${sessions}`;
}
