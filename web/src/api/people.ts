/** People: who they are, how to reach them, and who turned out to be whom. */

import { ask, query, send, type Tagged } from "./http";
import type { RegistrationRecord } from "./registrations";
import type { Page } from "./types";

export interface Contact {
  readonly value: string;
  readonly label: string;
}

export interface PersonRecord {
  readonly id: string;
  readonly name: string;
  /** Where mail goes. */
  readonly email: string;
  /** Further addresses. */
  readonly emails: readonly Contact[];
  readonly phones: readonly Contact[];
  readonly profession: string;
  readonly credentials: string;
  readonly site: { readonly id: string; readonly name: string } | null;
  /** Empty: as the site. */
  readonly zone: string;
  /** False where only the visitor's own word says who it is. */
  readonly matched: boolean;
  /** The person that this one turned out to be. */
  readonly merged_into: string | null;
  /** Nothing shows any more who it was. */
  readonly erased: boolean;
  /** Address of their calendar; null where they have none. */
  readonly feed: string | null;
  readonly created_at: string;
  readonly revision: number;
}

export interface PersonFields {
  readonly name: string;
  readonly email: string;
  readonly emails: readonly Contact[];
  readonly phones: readonly Contact[];
  readonly profession: string;
  readonly credentials: string;
  readonly site_id: string | null;
  readonly zone: string;
  readonly matched: boolean;
}

export interface PeopleFilter {
  readonly search?: string;
  readonly site_id?: string;
  readonly program_id?: string;
  readonly matched?: "true" | "false";
  readonly limit?: number;
  readonly cursor?: string;
}

/** Just enough of a person to tell them from others. */
export interface PersonBrief {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Merge {
  readonly id: string;
  readonly kept: PersonBrief;
  readonly merged: PersonBrief;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly undone_at: string | null;
}

/** Two records that may be one person. */
export interface MergeSuggestion {
  readonly id: string;
  readonly first: PersonRecord;
  readonly second: PersonRecord;
  readonly reasons: readonly string[];
  readonly state: "open" | "merged" | "dismissed";
  readonly created_at: string;
}

const at = (id: string, rest = ""): string => `/people/${encodeURIComponent(id)}${rest}`;

export function listPeople(filter: PeopleFilter, signal?: AbortSignal): Promise<Page<PersonRecord>> {
  return ask("GET", `/people${query({ ...filter })}`, signal ? { signal } : {});
}

export function readPerson(id: string): Promise<Tagged<PersonRecord>> {
  return send("GET", at(id));
}

export function createPerson(fields: PersonFields, key: string): Promise<PersonRecord> {
  return ask("POST", "/people", { body: fields, key });
}

/** Changes what is named in `fields`, if nobody changed the person since `etag` was read. */
export function changePerson(id: string, fields: Partial<PersonFields>, etag: string): Promise<PersonRecord> {
  return ask("PATCH", at(id), { body: fields, ifMatch: etag });
}

export async function listPersonRegistrations(id: string): Promise<readonly RegistrationRecord[]> {
  return (await ask<{ items: RegistrationRecord[] }>("GET", at(id, "/registrations"))).items;
}

export async function listMerges(id: string): Promise<readonly Merge[]> {
  return (await ask<{ items: Merge[] }>("GET", at(id, "/merges"))).items;
}

/** Says that `other` is the same person; its record is kept, and the merge can be undone. */
export function mergePeople(id: string, other: string, reason: string): Promise<unknown> {
  return ask("POST", at(id, "/merge"), { body: { other_id: other, reason } });
}

export function undoMerge(id: string): Promise<unknown> {
  return ask("POST", `/merges/${encodeURIComponent(id)}/undo`);
}

export function listSuggestions(cursor?: string): Promise<Page<MergeSuggestion>> {
  return ask("GET", `/merge-suggestions${query({ state: "open", limit: 50, cursor })}`);
}

export function acceptSuggestion(id: string, keep: string): Promise<unknown> {
  return ask("POST", `/merge-suggestions/${encodeURIComponent(id)}/accept`, { body: { keep_id: keep } });
}

export function dismissSuggestion(id: string): Promise<unknown> {
  return ask("POST", `/merge-suggestions/${encodeURIComponent(id)}/dismiss`);
}

/** A calendar address of this person; the one before stops working. */
export function makePersonFeed(id: string): Promise<unknown> {
  return ask("POST", at(id, "/feed"));
}

export function revokePersonFeed(id: string): Promise<unknown> {
  return ask("DELETE", at(id, "/feed"));
}
