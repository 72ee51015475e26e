/** Who was in a session, what of it counts, and what a coordinator corrects. */

import { ask } from "./http";
import type { Role } from "./types";

/** From one instant to another. */
export interface Stretch {
  readonly from: string;
  readonly until: string;
}

/** How somebody was there: with a device, before somebody else's camera, or by a coordinator's word. */
export type Way = "device" | "shared" | "hand";

export interface Interval {
  readonly joined_at: string;
  readonly left_at: string | null;
  readonly seconds: number;
  readonly way: Way;
}

export interface Correction extends Stretch {
  readonly id: string;
  readonly action: "add" | "strike";
  /** Name of whoever made it. */
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly undone: boolean;
  readonly undone_by: string;
  readonly undo_reason: string;
}

export interface PersonTime {
  readonly person_id: string;
  readonly name: string;
  readonly email: string;
  readonly site: { readonly id: string; readonly name: string } | null;
  readonly site_name: string;
  readonly profession: string;
  readonly role: Role;
  /** False until a coordinator has matched a visitor of the public link. */
  readonly matched: boolean;
  readonly way: Way;
  readonly here: boolean;
  readonly first_joined_at: string | null;
  readonly last_left_at: string | null;
  readonly present_seconds: number;
  readonly counted_seconds: number;
  /** What would count without any correction. */
  readonly original_seconds: number;
  readonly corrected: boolean;
  readonly intervals: readonly Interval[];
  readonly counted: readonly Stretch[];
  readonly corrections: readonly Correction[];
  /** In front of whose camera; null where they had a device of their own. */
  readonly shared_with: string | null;
}

/** What was told of a session's attendance: 0 is ready, 1 final, from 2 on amendments. */
export interface Edition {
  readonly number: number;
  readonly kind: "ready" | "finalized" | "amended";
  readonly at: string;
  readonly by_name: string;
  readonly reason: string;
}

export interface Break {
  readonly id: string;
  readonly from: string;
  /** Null while it goes on. */
  readonly until: string | null;
}

export interface Attendance {
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly zone: string;
    readonly starts_at: string;
    readonly ends_at: string;
    readonly opened_at: string | null;
    readonly closed_at: string | null;
  };
  readonly generated_at: string;
  readonly state: "live" | "ready" | "final";
  /** The newest of `editions`. */
  readonly edition: Edition | null;
  readonly editions: readonly Edition[];
  /** All that can count, without breaks. */
  readonly countable_seconds: number;
  readonly windows: readonly Stretch[];
  readonly breaks: readonly Break[];
  readonly chain: { readonly links: number; readonly head: string };
  readonly people: readonly PersonTime[];
}

/** Somebody whom a correction is about: known, or made known by it. */
export type Whom =
  | { readonly person_id: string }
  | { readonly person: { readonly name: string; readonly email?: string; readonly site_id?: string } };

export interface NewCorrection extends Stretch {
  readonly action: "add" | "strike";
  readonly reason: string;
}

export interface Verification {
  readonly intact: boolean;
  readonly links: number;
  readonly head: string;
  /** What is wrong with the first entry that was changed. */
  readonly problem: string | null;
}

const at = (id: string, rest: string): string => `/sessions/${encodeURIComponent(id)}${rest}`;

export function readAttendance(id: string): Promise<Attendance> {
  return ask("GET", at(id, "/attendance"));
}

export function correct(id: string, whom: Whom, correction: NewCorrection, key: string): Promise<unknown> {
  return ask("POST", at(id, "/attendance/corrections"), { body: { ...whom, ...correction }, key });
}

export function undoCorrection(id: string, correction: string, reason: string): Promise<unknown> {
  const path = `/attendance/corrections/${encodeURIComponent(correction)}/undo`;
  return ask("POST", at(id, path), { body: { reason } });
}

/** Says what counts of a session, as a whole; with null the breaks stay as they were marked. */
export function setWindows(
  id: string,
  windows: readonly Stretch[],
  breaks: readonly Stretch[] | null,
  reason: string,
): Promise<unknown> {
  return ask("PATCH", at(id, "/attendance/windows"), { body: { windows, breaks, reason } });
}

/** The breaks alone: nobody's attendance is read by it. */
export async function listBreaks(id: string): Promise<readonly Break[]> {
  return (await ask<{ items: Break[] }>("GET", at(id, "/breaks"))).items;
}

export function beginBreak(id: string): Promise<Break> {
  return ask("POST", at(id, "/breaks"));
}

export function endBreak(id: string, pause: string): Promise<unknown> {
  return ask("POST", at(id, `/breaks/${encodeURIComponent(pause)}/end`));
}

/** Closes the books: what changes afterwards is told as a numbered amendment. */
export function finalize(id: string): Promise<unknown> {
  return ask("POST", at(id, "/attendance/finalize"));
}

/** Recomputes the seals of every entry. */
export function verifyAttendance(id: string): Promise<Verification> {
  return ask("GET", at(id, "/attendance/verify"));
}
