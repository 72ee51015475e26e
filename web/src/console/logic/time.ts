/** Instants, wall times and zones in words. Pure: "now" is always an argument. */

import { cityOf, zoneName } from "../../ui/zones";

export { cityOf, zoneName };

const LOCALE = "en-US";
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone });
    formats.set(key, found);
  }
  return found;
}

/** Clock times as this reader's device writes them: "4:00 PM" (h12) or "16:00" (h23). */
export const clockStyle: { cycle: "h12" | "h23" } = { cycle: readerCycle() };

function readerCycle(): "h12" | "h23" {
  const cycle = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle;
  return cycle === "h11" || cycle === "h12" ? "h12" : "h23";
}

/** The zone of this browser. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** True where this browser knows the zone by that name. */
export function isZone(zone: string): boolean {
  try {
    format(zone, { hour: "2-digit" });
    return true;
  } catch {
    return false;
  }
}

/** "16:00" or "4:00 PM" at that instant in the zone. */
export function clock(at: Date, zone: string): string {
  const hour = clockStyle.cycle === "h12" ? "numeric" : "2-digit";
  return format(zone, { hour, minute: "2-digit", hourCycle: clockStyle.cycle }).format(at);
}

/** "2026-11-21" at that instant in the zone. */
export function dayOf(at: Date, zone: string): string {
  return wallTime(at, zone).slice(0, 10);
}

/** "2026-11-21T16:00:00" at that instant in the zone. */
export function wallTime(at: Date, zone: string): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const part: Record<string, string> = {};
  for (const item of format(zone, { ...options, ...time }).formatToParts(at)) part[item.type] = item.value;
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`;
}

/** "today", "tomorrow", "yesterday", "Mon, Nov 23", or with the year where it is another. */
export function dayWords(at: Date, zone: string, now: Date): string {
  const day = dayOf(at, zone);
  const today = dayOf(now, zone);
  const distance = Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);
  if (distance === 0) return "today";
  if (distance === 1) return "tomorrow";
  if (distance === -1) return "yesterday";
  const options = { weekday: "short", month: "short", day: "numeric" } as const;
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  return format(zone, sameYear ? options : { ...options, year: "numeric" }).format(at);
}

/** "today 16:00"; the caller adds the zone. */
export function dayAndClock(at: Date, zone: string, now: Date): string {
  return `${dayWords(at, zone, now)} ${clock(at, zone)}`;
}

/** "Today" of "today". */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How far the zone is ahead of UTC at that instant, in milliseconds. */
export function offsetAt(at: number, zone: string): number {
  const whole = Math.floor(at / 1000) * 1000;
  return Date.parse(`${wallTime(new Date(whole), zone)}Z`) - whole;
}

/** A wall time in a zone as an instant. */
export interface Placed {
  readonly at: Date;
  /** "skipped": clocks go forward over it and it is read an hour later; "twice": the first of two is meant. */
  readonly oddity: "none" | "skipped" | "twice";
}

/** Where a wall time such as "2026-11-21T16:00" lies; null if it is not one. */
export function placeWallTime(local: string, zone: string): Placed | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local)) return null;
  const naive = Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);
  if (Number.isNaN(naive)) return null;
  const before = offsetAt(naive - DAY_MS, zone);
  const after = offsetAt(naive + DAY_MS, zone);
  const first = naive - before;
  const second = naive - after;
  const holds = (at: number, offset: number): boolean => offsetAt(at, zone) === offset;
  if (before === after || holds(first, before)) {
    const twice = before !== after && holds(second, after);
    return { at: new Date(first), oddity: twice ? "twice" : "none" };
  }
  if (holds(second, after)) return { at: new Date(second), oddity: "none" };
  return { at: new Date(first), oddity: "skipped" };
}

/** "56 minutes", "1 hour 5 minutes", "40 seconds": whole minutes are never rounded up. */
export function lengthWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return plural(whole, "second");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return plural(minutes, "minute");
  const rest = minutes % 60;
  const hours = plural(Math.floor(minutes / 60), "hour");
  return rest ? `${hours} ${plural(rest, "minute")}` : hours;
}

/** "1 person", "2 people". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "43 min" far from the end, "4:12" in the last ten minutes, "0:00" at it. */
export function countdown(to: Date, now: Date): string {
  const seconds = Math.max(0, Math.ceil((to.getTime() - now.getTime()) / 1000));
  if (seconds > 3600) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds > 600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
