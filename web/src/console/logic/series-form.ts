/** The form that makes or changes a series: what is typed, what is sent, and what somebody else did meanwhile. */

import type { Approval, Program } from "../../api/programs";
import type { Reach, Series, SeriesFields } from "../../api/series";
import { addDays, weekdayIndex } from "./days";
import {
  checkPattern,
  newPattern,
  type Pattern,
  type PatternErrors,
  patternOf,
  ruleOf,
  sorted,
  startOf,
} from "./rule";

/** Everything as it is typed: numbers are text until they are sent. */
export interface SeriesDraft {
  readonly title: string;
  readonly description: string;
  readonly contact: string;
  readonly zone: string;
  readonly time: string;
  readonly duration: string;
  readonly lead: string;
  readonly overrun: string;
  readonly lobby: boolean;
  readonly public: boolean;
  readonly approval: Approval | "";
  readonly capacity: string;
  readonly waitingList: boolean;
  readonly pattern: Pattern;
}

export type SeriesErrors = Partial<Record<keyof Omit<SeriesDraft, "pattern">, string>> & PatternErrors;

/** Which field of the form shows a problem with a field of the API. */
export const SERIES_FIELD: Readonly<Record<string, keyof SeriesErrors>> = {
  title: "title",
  description: "description",
  contact: "contact",
  zone: "zone",
  starts_local: "time",
  duration_minutes: "duration",
  lead_minutes: "lead",
  overrun_minutes: "overrun",
  approval: "approval",
  capacity: "capacity",
  "rule.weekdays": "weekdays",
  "rule.positions": "positions",
  "rule.dates": "dates",
  "rule.until": "until",
  "rule.count": "count",
  "rule.exclude": "from",
  "rule.interval": "from",
  rule: "from",
};

/** A new series in a program, from the next such weekday on. */
export function newSeries(program: Given | null, zone: string, today: string) {
  const draft: SeriesDraft = {
    title: "",
    description: "",
    contact: program?.contact ?? "",
    zone: program?.zone ?? zone,
    time: "12:00",
    duration: "60",
    lead: "15",
    overrun: "15",
    lobby: true,
    public: true,
    approval: "",
    capacity: "",
    waitingList: true,
    pattern: newPattern(nextWorkday(today)),
  };
  return draft;
}

/** What a program hands to a new series. */
export type Given = Pick<Program, "zone" | "contact">;

/** A new series moved to another program: its zone and contact come along, unless others were chosen or typed. */
export function inProgram(draft: SeriesDraft, before: Given, next: Given): SeriesDraft {
  const zone = draft.zone === before.zone ? next.zone : draft.zone;
  const contact = draft.contact.trim() === before.contact.trim() ? next.contact : draft.contact;
  return { ...draft, zone, contact };
}

/** True where nothing was typed over the other. */
export function sameDraft(one: SeriesDraft, other: SeriesDraft): boolean {
  return same(one, other);
}

function nextWorkday(today: string): string {
  const next = addDays(today, 1);
  return weekdayIndex(next) < 5 ? next : addDays(next, 7 - weekdayIndex(next));
}

/** What a change begins with: the last part of a series, or the part that a session lies in. */
export interface Origin {
  readonly series: Series;
  /** The first day that the change concerns ("2026-09-10"); null for all of the series. */
  readonly from: string | null;
}

export function draftOfSeries({ series, from }: Origin): SeriesDraft {
  const parts = [...series.parts].sort((a, b) => a.position - b.position);
  const within = from === null ? undefined : parts.findLast((part) => part.starts_local.slice(0, 10) <= from);
  const part = within ?? parts.at(-1);
  const first = parts[0];
  if (!part || !first) throw new Error("a series has a part");
  const start = from ?? first.starts_local.slice(0, 10);
  let pattern = patternOf(part.rule, start);
  if (from === null && parts.length > 1) {
    pattern = { ...pattern, exclude: sorted(parts.flatMap((one) => one.rule.exclude)) };
  }
  const whole = start === part.starts_local.slice(0, 10);
  if (pattern.ends === "count" && !whole)
    pattern = { ...pattern, ends: "until", until: lastDay(series, part) };
  if (from !== null) {
    pattern = {
      ...pattern,
      dates: pattern.dates.filter((day) => day >= from),
      exclude: pattern.exclude.filter((day) => day >= from),
    };
  }
  return {
    title: series.title,
    description: series.description,
    contact: series.contact,
    zone: part.zone,
    time: part.starts_local.slice(11, 16),
    duration: String(part.duration_minutes),
    lead: String(series.lead_minutes),
    overrun: String(series.overrun_minutes),
    lobby: series.lobby,
    public: series.public,
    approval: series.approval,
    capacity: series.capacity === null ? "" : String(series.capacity),
    waitingList: series.waiting_list,
    pattern,
  };
}

/** The last day of a part: the day before the next one begins, or the day of the last session. */
function lastDay(series: Series, part: Series["parts"][number]): string {
  const next = series.parts.find((one) => one.position === part.position + 1);
  if (next) return addDays(next.starts_local.slice(0, 10), -1);
  return (series.last_at ?? part.starts_local).slice(0, 10);
}

export function checkSeries(draft: SeriesDraft): SeriesErrors {
  const errors: { -readonly [key in keyof SeriesErrors]: string } = { ...checkPattern(draft.pattern) };
  if (!draft.title.trim()) errors.title = "Give the series a title.";
  if (!/^\d{2}:\d{2}/.test(draft.time)) errors.time = "Choose a time.";
  if (whole(draft.duration, 1) === null) errors.duration = "Write the length in whole minutes, at least 1.";
  if (whole(draft.lead, 0) === null) errors.lead = "Write whole minutes; 0 opens the room at the start.";
  if (whole(draft.overrun, 0) === null) errors.overrun = "Write whole minutes; 0 closes the room at the end.";
  if (draft.capacity.trim() && whole(draft.capacity, 1) === null)
    errors.capacity = "Write a whole number, or leave it empty for any number of people.";
  return errors;
}

/** Why there can be no preview; a title and the number of people may still be missing. */
export function previewErrors(draft: SeriesDraft): readonly string[] {
  const { title: _title, capacity: _capacity, ...wrong } = checkSeries(draft);
  return Object.values(wrong);
}

export function canPreview(draft: SeriesDraft): boolean {
  return previewErrors(draft).length === 0;
}

/** What the API is sent; call only with a draft that {@link checkSeries} passed. */
export function seriesFields(draft: SeriesDraft): SeriesFields {
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    contact: draft.contact.trim(),
    zone: draft.zone,
    starts_local: `${startOf(draft.pattern)}T${draft.time.slice(0, 5)}:00`,
    duration_minutes: whole(draft.duration, 1) ?? 0,
    lead_minutes: whole(draft.lead, 0) ?? 0,
    overrun_minutes: whole(draft.overrun, 0) ?? 0,
    lobby: draft.lobby,
    public: draft.public,
    approval: draft.approval,
    capacity: draft.capacity.trim() ? (whole(draft.capacity, 1) ?? 0) : null,
    waiting_list: draft.waitingList,
    rule: ruleOf(draft.pattern),
  };
}

/** Only what differs. A start on another day needs its rule, and a zone the wall time that it is meant with. */
export function changedSeries(before: SeriesDraft, draft: SeriesDraft): Partial<SeriesFields> {
  const old = seriesFields(before);
  const now = seriesFields(draft);
  const keys = Object.keys(now) as (keyof SeriesFields)[];
  const changed = new Set(keys.filter((key) => !same(old[key], now[key])));
  if (old.starts_local.slice(0, 10) !== now.starts_local.slice(0, 10)) changed.add("rule");
  if (changed.has("zone") || changed.has("rule")) changed.add("starts_local");
  return Object.fromEntries([...changed].map((key) => [key, now[key]])) as Partial<SeriesFields>;
}

/** What was typed over `before`, on top of another state of the series; lists of days take the changes of both. */
export function rebaseSeries(before: SeriesDraft, draft: SeriesDraft, newest: SeriesDraft): SeriesDraft {
  const pattern = {
    ...typedOver(before.pattern, draft.pattern, newest.pattern),
    exclude: bothChanges(before.pattern.exclude, draft.pattern.exclude, newest.pattern.exclude),
    dates: bothChanges(before.pattern.dates, draft.pattern.dates, newest.pattern.dates),
  };
  return { ...typedOver(before, draft, newest), pattern };
}

function bothChanges(
  before: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): string[] {
  const kept = theirs.filter((day) => mine.includes(day) || !before.includes(day));
  return sorted([...kept, ...mine.filter((day) => !before.includes(day))]);
}

function typedOver<T extends object>(before: T, draft: T, newest: T): T {
  const keys = Object.keys(draft) as (keyof T)[];
  const typed = keys.filter((key) => !same(draft[key], before[key]));
  return { ...newest, ...Object.fromEntries(typed.map((key) => [key, draft[key]])) };
}

export function reachOf(from: string | null): Reach {
  return from === null ? { scope: "all" } : { scope: "following", from_session_id: from };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function whole(text: string, least: number): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,5}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value >= least ? value : null;
}
