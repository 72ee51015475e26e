/** Programs: what goes on for years, asks people the same questions and sends them the same reminders. */

import { ask, query, send, type Tagged } from "./http";
import type { Consent, Question } from "./questions";
import type { Page } from "./types";

export type Approval = "open" | "coordinator";

export interface ProgramFields {
  readonly slug: string;
  readonly name: string;
  readonly summary: string;
  readonly contact: string;
  readonly zone: string;
  /** True where its page can be opened by anybody. */
  readonly public: boolean;
  readonly approval: Approval;
  /** How many people may be registered; null for any number. */
  readonly capacity: number | null;
  readonly waiting_list: boolean;
  /** Minutes before the start; 0 as the room opens. */
  readonly reminders: readonly number[];
  readonly questions: readonly Question[];
  readonly consents: readonly Consent[];
}

export interface Program extends ProgramFields {
  readonly id: string;
  /** Address of its public page. */
  readonly page: string;
  /** Address of its calendar feed; null until one is made. */
  readonly feed: string | null;
  readonly series_count: number;
  readonly registered: number;
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly revision: number;
}

export interface ProgramFilter {
  readonly search?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const at = (id: string, rest = ""): string => `/programs/${encodeURIComponent(id)}${rest}`;

export function listPrograms(filter: ProgramFilter = {}): Promise<Page<Program>> {
  return ask("GET", `/programs${query({ ...filter })}`);
}

export function readProgram(id: string): Promise<Tagged<Program>> {
  return send("GET", at(id));
}

export function createProgram(fields: Partial<ProgramFields>, key: string): Promise<Tagged<Program>> {
  return send("POST", "/programs", { body: fields, key });
}

/** Changes what is named in `fields`, if nobody changed the program since `etag` was read. */
export function changeProgram(
  id: string,
  fields: Partial<ProgramFields>,
  etag: string,
): Promise<Tagged<Program>> {
  return send("PATCH", at(id), { body: fields, ifMatch: etag });
}

export function archiveProgram(id: string): Promise<unknown> {
  return ask("POST", at(id, "/archive"));
}

export function restoreProgram(id: string): Promise<unknown> {
  return ask("POST", at(id, "/restore"));
}

/** A new address of the calendar feed; the one before stops working. */
export function renewFeed(id: string): Promise<unknown> {
  return ask("POST", at(id, "/feed"));
}

export function revokeFeed(id: string): Promise<unknown> {
  return ask("DELETE", at(id, "/feed"));
}
