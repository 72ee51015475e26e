/** The dates of a series as a visitor reads them: in their own zone, with the hub's time where it is another. */

import type { PublicDate } from "../api/public";
import { clockTime, dayName, hubTime, monthFirst } from "../ui/time";
import { zoneName } from "../ui/zones";

export interface DateLine {
  readonly id: string;
  /** "Thu, Jan 7". */
  readonly day: string;
  /** "12:00 PM to 1:00 PM". */
  readonly time: string;
  /** "1:00 PM EST at the hub", or "". */
  readonly hub: string;
  /** "1 hour earlier than usual", where the clocks of hub and visitor change on other days; else "". */
  readonly shift: string;
  /** The instant, for machines. */
  readonly at: string;
}

/** One line a date; `zone` is the visitor's. */
export function dateLines(dates: readonly PublicDate[], zone: string, now: Date): DateLine[] {
  const usual = usualMinutes(dates, zone);
  return dates.map((date) => {
    const at = new Date(date.starts_at);
    return {
      id: date.session_id,
      day: dayName(at, now, zone),
      time: `${clockTime(at, zone)} to ${clockTime(new Date(date.ends_at), zone, true)}`,
      hub: hubTime(at, date.zone, zone),
      shift: shiftWords(minutesOf(at, zone) - (usual.get(minutesOf(at, date.zone)) ?? minutesOf(at, zone))),
      at: date.starts_at,
    };
  });
}

/** "Times are yours: Mountain Time", with what the hub has where that differs. */
export function zoneWords(zone: string, hub: string): string {
  const own = zoneName(zone);
  return own === zoneName(hub)
    ? `Times are in ${own}.`
    : `Times are in your zone, ${own}. The hub is in ${zoneName(hub)}.`;
}

/** "Every second Thursday at 12:00 PM, 18 times (Mountain Time)": the hub's hour, as this reader's clocks write it. */
export function ruleWords(words: string, hub: string): string {
  const clocks = monthFirst(words).replace(/\b([01]\d|2[0-3]):([0-5]\d)\b/g, (time) =>
    clockTime(new Date(`2000-01-01T${time}:00Z`), "UTC"),
  );
  return `${clocks} (${zoneName(hub)})`;
}

/** For every wall time of the hub the visitor's wall time at most of those dates, in minutes of the day. */
function usualMinutes(dates: readonly PublicDate[], zone: string): Map<number, number> {
  const counts = new Map<number, Map<number, number>>();
  for (const date of dates) {
    const at = new Date(date.starts_at);
    const hub = minutesOf(at, date.zone);
    const mine = minutesOf(at, zone);
    const seen = counts.get(hub) ?? new Map<number, number>();
    seen.set(mine, (seen.get(mine) ?? 0) + 1);
    counts.set(hub, seen);
  }
  const most = (seen: Map<number, number>) =>
    [...seen].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  return new Map([...counts].map(([hub, seen]) => [hub, most(seen)]));
}

function minutesOf(at: Date, zone: string): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });
  const parts = format.formatToParts(at);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return get("hour") * 60 + get("minute");
}

function shiftWords(minutes: number): string {
  const around = minutes > 720 ? minutes - 1440 : minutes < -720 ? minutes + 1440 : minutes;
  if (around === 0) return "";
  const size = Math.abs(around);
  const length = size === 60 ? "1 hour" : size % 60 === 0 ? `${size / 60} hours` : `${size} minutes`;
  return `${length} ${around < 0 ? "earlier" : "later"} than usual for you`;
}
