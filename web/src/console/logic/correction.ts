/** The forms that correct attendance: times of the session's day as somebody types them. Pure. */

import type { NewCorrection, Stretch } from "../../api/attendance";
import type { Span } from "./spans";
import { placeWallTime, wallTime } from "./time";

const DAY_MS = 86_400_000;

/** "12:02", with seconds where there are some: what a field for a time shows. */
export function timeField(instant: string | Date, zone: string): string {
  const time = wallTime(new Date(instant), zone).slice(11);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

/** The instant that a time such as "12:02" means: the one nearest to `about`. Null where it is no time. */
export function instantOf(time: string, zone: string, about: Date): Date | null {
  if (!/^\d{2}:\d{2}(:\d{2})?$/.test(time)) return null;
  const days = [-DAY_MS, 0, DAY_MS].map((away) =>
    wallTime(new Date(about.getTime() + away), zone).slice(0, 10),
  );
  const places = days.flatMap((day) => placeWallTime(`${day}T${time}`, zone)?.at ?? []);
  const distance = (at: Date) => Math.abs(at.getTime() - about.getTime());
  return places.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** From and until as they are typed. */
export interface Times {
  readonly from: string;
  readonly until: string;
}

/** The times as instants, or what is wrong with them. */
export function readTimes(
  times: Times,
  zone: string,
  about: Date,
): { span: Span } | { errors: Partial<Record<keyof Times, string>> } {
  const from = instantOf(times.from, zone, about);
  const until = instantOf(times.until, zone, about);
  const errors: Partial<Record<keyof Times, string>> = {};
  if (!from) errors.from = "Write a time.";
  if (!until) errors.until = "Write a time.";
  if (from && until && until <= from) errors.until = "The end lies before the start.";
  if (from && until && until > from) return { span: { from: from.getTime(), until: until.getTime() } };
  return { errors };
}

export function stretchOf(span: Span): Stretch {
  return { from: new Date(span.from).toISOString(), until: new Date(span.until).toISOString() };
}

export function correctionOf(action: NewCorrection["action"], span: Span, reason: string): NewCorrection {
  return { action, ...stretchOf(span), reason: reason.trim() };
}
