/** The dates that a series would have, as the preview shows them. */

import type { Changes, LocalStart, Occurrence, Preview, PreviewZone } from "../../api/series";
import { monthFirst } from "../../ui/time";
import { monthTitle, shortDay } from "./days";
import { cityOf, clock, isZone, plural, zoneName } from "./time";

/** A row of the preview: a date, or one that is left out and can be put back. */
export type PreviewRow =
  | { readonly day: string; readonly out: false; readonly occurrence: Occurrence }
  | { readonly day: string; readonly out: true };

export interface PreviewMonth {
  /** "November 2026". */
  readonly title: string;
  readonly rows: readonly PreviewRow[];
}

/** Dates and what is left out among them, month by month. */
export function monthsOf(occurrences: readonly Occurrence[], leftOut: readonly string[]): PreviewMonth[] {
  const shown: PreviewRow[] = occurrences.map((occurrence) => ({
    day: occurrence.original_local.slice(0, 10),
    out: false,
    occurrence,
  }));
  const there = new Set(shown.map((row) => row.day));
  const out = leftOut.filter((day) => !there.has(day)).map((day): PreviewRow => ({ day, out: true }));
  const months = new Map<string, PreviewRow[]>();
  for (const row of [...shown, ...out].sort((a, b) => a.day.localeCompare(b.day))) {
    const title = monthTitle(row.day);
    months.set(title, [...(months.get(title) ?? []), row]);
  }
  return [...months].map(([title, rows]) => ({ title, rows }));
}

/** "12:00" or "12:00 PM" of a wall time. */
export function wallClock(local: string): string {
  return clock(new Date(`${local.slice(0, 16)}:00Z`), "UTC");
}

/** Sentences of the service with dates and clock times as the console writes them, and zones by the names people use. */
export function readerClocks(sentence: string): string {
  const named = sentence.replace(/\b[A-Z]\w+(?:\/[\w+-]+)+/g, (zone) =>
    isZone(zone) ? zoneName(zone) : zone,
  );
  return monthFirst(named).replace(/\b([01]\d|2[0-3]):([0-5]\d)\b/g, (time) =>
    wallClock(`2000-01-01T${time}`),
  );
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  "America/Phoenix": "Arizona",
  "Pacific/Honolulu": "Hawaii",
};

/** "Arizona", "Central": short, for a column of times. */
export function zoneShort(zone: string): string {
  const known = SHORT_NAMES[zone];
  if (known) return known;
  const name = zoneName(zone);
  return / Time$/.test(name) ? name.replace(/( Standard)? Time$/, "") : cityOf(zone);
}

/** "Tuba City Clinic, Page Hospital and 2 more, 9 people". */
export function zonePeople(zone: PreviewZone): string {
  const names = zone.sites.slice(0, 2);
  const more = zone.sites.length - names.length;
  const sites = more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
  const people = zone.people > 0 ? plural(zone.people, "person", "people") : "";
  return [sites, people].filter(Boolean).join(", ");
}

export interface Shift {
  readonly zone: string;
  /** "Arizona: 11:00 instead of 12:00 from Thu, Mar 11 on". */
  readonly words: string;
  /** "5 dates". */
  readonly dates: number;
}

/** For each zone whose clocks leave the usual time, when they do, as stretches and not date by date. */
export function shiftsOf(preview: Preview): Shift[] {
  return preview.zones
    .filter((zone) => !zone.hub && zone.shifted > 0)
    .flatMap((zone) => shiftsIn(preview, zone.zone));
}

function shiftsIn(preview: Preview, zone: string): Shift[] {
  const starts = preview.occurrences.map((one) => one.zones.find((local) => local.zone === zone));
  const found: Shift[] = [];
  let begun = -1;
  for (let index = 0; index <= starts.length; index += 1) {
    const here = starts[index]?.shift_minutes ?? 0;
    const before = begun < 0 ? 0 : (starts[begun]?.shift_minutes ?? 0);
    if (here === before) continue;
    if (begun >= 0) found.push(stretch(zone, starts, begun, index - 1));
    begun = here === 0 ? -1 : index;
  }
  return found;
}

function stretch(zone: string, starts: readonly (LocalStart | undefined)[], from: number, to: number): Shift {
  const first = starts[from] as LocalStart;
  const last = starts[to] as LocalStart;
  const day = (local: LocalStart) => shortDay(local.starts_local.slice(0, 10));
  const instead = `${wallClock(first.starts_local)} instead of ${wallClock(usual(first))}`;
  const when =
    from === to
      ? `on ${day(first)}`
      : to === starts.length - 1
        ? `from ${day(first)} on`
        : from === 0
          ? `until ${day(last)}`
          : `from ${day(first)} to ${day(last)}`;
  return { zone, words: `${zoneShort(zone)}: ${instead} ${when}`, dates: to - from + 1 };
}

/** The wall time that the place is used to. */
export function usual(local: LocalStart): string {
  const shown = Date.parse(`${local.starts_local.slice(0, 19)}Z`);
  return new Date(shown - local.shift_minutes * 60_000).toISOString().slice(0, 19);
}

/** "Moves 9 sessions, adds 2 and cancels 1. 3 past ones stay as they were." */
export function changeWords(changes: Changes): string[] {
  const done: [string, number][] = [
    ["moves", changes.moved],
    ["adds", changes.added],
    ["updates", changes.changed],
    ["cancels", changes.cancelled],
  ];
  const does = done
    .filter(([, count]) => count > 0)
    .map(([verb, count], index) => `${verb} ${index === 0 ? plural(count, "session") : count}`);
  const main = does.length > 0 ? `Saving ${listed(does)}.` : "No session changes.";
  const kept = [
    changes.unchanged
      ? `${plural(changes.unchanged, "session")} ${changes.unchanged === 1 ? "stays" : "stay"} the same.`
      : "",
    changes.kept_by_hand
      ? `${plural(changes.kept_by_hand, "session")} changed by hand ${changes.kept_by_hand === 1 ? "stays" : "stay"} as set.`
      : "",
    changes.past
      ? `${changes.past} past or open ${changes.past === 1 ? "one stays" : "ones stay"} as ${changes.past === 1 ? "it was" : "they were"}.`
      : "",
  ].filter(Boolean);
  return [main, ...kept];
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
