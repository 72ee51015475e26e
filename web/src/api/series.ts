/** Series: sessions that follow a rule. */

import { ask, query, send, type Tagged } from "./http";
import type { Approval } from "./programs";
import type { Page } from "./types";

/** As RFC 5545 writes them. */
export type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

/** A weekday of the month: week 2, TH is the second Thursday; -1 is the last, 5 the fifth where there is one. */
export interface Position {
  readonly week: number;
  readonly day: Weekday;
}

interface Ends {
  readonly until: string | null;
  readonly count: number | null;
}

/** On which dates; every date is "2026-09-10". */
export type Rule =
  | (Ends & {
      readonly freq: "weekly";
      readonly interval: number;
      readonly weekdays: readonly Weekday[];
      readonly exclude: readonly string[];
    })
  | (Ends & {
      readonly freq: "monthly";
      readonly interval: number;
      readonly positions: readonly Position[];
      readonly exclude: readonly string[];
    })
  | { readonly freq: "dates"; readonly dates: readonly string[]; readonly exclude: readonly string[] };

/** What a coordinator decides of a series. */
export interface SeriesFields {
  readonly title: string;
  readonly description: string;
  readonly contact: string;
  readonly zone: string;
  /** Wall time of the first session at the hub: "2026-09-10T12:00:00". */
  readonly starts_local: string;
  readonly duration_minutes: number;
  readonly lead_minutes: number;
  readonly overrun_minutes: number;
  readonly lobby: boolean;
  readonly public: boolean;
  /** "" is as the program has it. */
  readonly approval: Approval | "";
  readonly capacity: number | null;
  readonly waiting_list: boolean;
  readonly rule: Rule;
}

/** A stretch of a series that has one rule, one time of day and one zone. */
export interface SeriesPart {
  readonly id: string;
  readonly position: number;
  readonly zone: string;
  readonly starts_local: string;
  readonly duration_minutes: number;
  readonly rule: Rule;
  readonly words: string;
  readonly uid: string;
  readonly sequence: number;
}

export interface Series {
  readonly id: string;
  readonly slug: string;
  readonly program_id: string;
  readonly program_name: string;
  readonly title: string;
  readonly description: string;
  readonly contact: string;
  readonly lead_minutes: number;
  readonly overrun_minutes: number;
  readonly lobby: boolean;
  readonly public: boolean;
  readonly approval: Approval | "";
  readonly capacity: number | null;
  readonly waiting_list: boolean;
  readonly status: string;
  /** Address of its public page. */
  readonly page: string;
  readonly parts: readonly SeriesPart[];
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly next_session_id: string | null;
  /** How many. */
  readonly sessions: number;
  readonly registered: number;
  readonly created_at: string;
  readonly revision: number;
}

/** One date of a preview where a spoke sits. */
export interface LocalStart {
  readonly zone: string;
  readonly starts_local: string;
  /** Against the usual local time in this series; 0 where it is as usual. */
  readonly shift_minutes: number;
  readonly words: string | null;
}

export interface Conflict {
  readonly session_id: string;
  readonly title: string;
  readonly starts_at: string;
  readonly ends_at: string;
  /** Who is wanted in both, by name. */
  readonly people: readonly string[];
}

export interface Occurrence {
  /** Null where the session is still to be made. */
  readonly session_id: string | null;
  readonly original_local: string;
  readonly starts_local: string;
  readonly starts_at: string;
  readonly ends_at: string;
  /** The clocks skip the wall time that the rule gives; it lies later by the gap. */
  readonly moved_forward: boolean;
  /** The wall time comes twice that day; the first is used. */
  readonly twice: boolean;
  readonly zones: readonly LocalStart[];
  readonly conflicts: readonly Conflict[];
}

export interface PreviewZone {
  readonly zone: string;
  readonly hub: boolean;
  readonly sites: readonly string[];
  readonly people: number;
  /** At how many occurrences its local time is another than usual. */
  readonly shifted: number;
}

/** What saving would do to the sessions that are there. */
export interface Changes {
  readonly added: number;
  readonly moved: number;
  /** In something else than their date and time. */
  readonly changed: number;
  readonly cancelled: number;
  readonly kept_by_hand: number;
  readonly unchanged: number;
  readonly past: number;
}

export interface Preview {
  readonly words: string;
  readonly total: number;
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly occurrences: readonly Occurrence[];
  readonly zones: readonly PreviewZone[];
  readonly notes: readonly string[];
  readonly changes: Changes | null;
}

/** Which sessions of a series: all that are to come, or those from one on. */
export type Reach =
  | { readonly scope: "all" }
  | { readonly scope: "following"; readonly from_session_id: string };

export interface SeriesFilter {
  readonly program_id?: string;
  readonly status?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const at = (id: string, rest = ""): string => `/series/${encodeURIComponent(id)}${rest}`;

export function listSeries(filter: SeriesFilter): Promise<Page<Series>> {
  return ask("GET", `/series${query({ ...filter })}`);
}

export function readSeries(id: string): Promise<Tagged<Series>> {
  return send("GET", at(id));
}

export function createSeries(
  program: string,
  fields: Partial<SeriesFields>,
  key: string,
): Promise<Tagged<Series>> {
  return send("POST", "/series", { body: { program_id: program, ...fields }, key });
}

/** What a new series would be; nothing is saved. */
export function previewSeries(
  program: string,
  fields: Partial<SeriesFields>,
  signal: AbortSignal,
): Promise<Preview> {
  const body = program ? { program_id: program, ...fields } : fields;
  return ask("POST", "/series/preview", { body, signal });
}

/** What a change would make of a series; nothing is saved. */
export function previewChange(
  id: string,
  reach: Reach,
  fields: Partial<SeriesFields>,
  signal: AbortSignal,
): Promise<Preview> {
  return ask("POST", at(id, "/preview"), { body: { ...reach, ...fields }, signal });
}

/** Changes what is named in `fields`, if nobody changed the series since `etag` was read. */
export function changeSeries(
  id: string,
  reach: Reach,
  fields: Partial<SeriesFields>,
  notify: boolean,
  etag: string,
): Promise<Tagged<Series>> {
  return send("PATCH", at(id), { body: { ...reach, notify, ...fields }, ifMatch: etag });
}

export function cancelSeries(id: string, reach: Reach, reason: string, notify: boolean): Promise<unknown> {
  return ask("POST", at(id, "/cancel"), { body: { ...reach, reason, notify } });
}

export function restoreSeries(id: string, notify: boolean): Promise<unknown> {
  return ask("POST", at(id, "/restore"), { body: { notify } });
}
