/** What is kept of people and for how long, forgetting somebody, and who looked at what. */

import { ask, query } from "./http";
import type { Page } from "./types";

export interface RetentionClass {
  readonly name: string;
  readonly words: string;
  readonly days: number;
  /** Never less, whatever the settings say. */
  readonly floor_days: number | null;
  readonly setting: string;
}

export interface Retention {
  readonly items: readonly RetentionClass[];
  readonly every_hours: number;
}

export interface Removal {
  readonly session_id: string;
  readonly title: string;
  readonly starts_at: string | null;
  readonly links: number;
  readonly head: string;
  readonly people: number;
  readonly removed_at: string;
  readonly by: string;
  readonly reason: string;
}

export interface Erasure {
  readonly id: string;
  readonly person_id: string;
  readonly state: "hidden" | "done";
  readonly asked_at: string;
  readonly by: string;
  readonly reason: string;
  /** Until then records of credit know who it was. */
  readonly credit_until: string | null;
  readonly done_at: string | null;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actor_name: string;
  readonly action: string;
  readonly subject: string;
  readonly subject_name: string;
  readonly detail: string;
}

export interface AuditFilter {
  readonly action?: string;
  readonly subject?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export function readRetention(): Promise<Retention> {
  return ask("GET", "/privacy/retention");
}

export function listRemovals(cursor?: string): Promise<Page<Removal>> {
  return ask("GET", `/privacy/removals${query({ limit: 20, cursor })}`);
}

export function listErasures(cursor?: string): Promise<Page<Erasure>> {
  return ask("GET", `/erasures${query({ limit: 20, cursor })}`);
}

export function listAudit(filter: AuditFilter): Promise<Page<AuditEntry>> {
  return ask("GET", `/audit${query({ ...filter })}`);
}

export function erasePerson(id: string, reason: string): Promise<Erasure> {
  return ask("POST", `/people/${encodeURIComponent(id)}/erase`, { body: { reason } });
}

export function readErasure(id: string): Promise<Erasure> {
  return ask("GET", `/people/${encodeURIComponent(id)}/erasure`);
}
