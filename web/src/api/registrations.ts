/** Registrations for sessions, series and programs. */

import { ask, query } from "./http";
import type { Invitation, Page, Person, Role } from "./types";

export type RegistrationStatus = "pending" | "waiting" | "approved" | "declined" | "withdrawn";

/** An answer with the question as it was asked. */
export interface GivenAnswer {
  readonly id: string;
  readonly label: string;
  readonly value: unknown;
}

/** A consent in the words that were agreed to. */
export interface GivenConsent {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly agreed_at: string;
}

/** A registration with everything about it; {@link Registration} of types.ts is the part that sessions show. */
export interface RegistrationRecord {
  readonly id: string;
  readonly scope: "session" | "series" | "program";
  readonly session_id: string | null;
  readonly series_id: string | null;
  readonly program_id: string | null;
  readonly scope_title: string;
  readonly role: Role;
  readonly status: RegistrationStatus;
  readonly source: string;
  readonly person: Person;
  readonly answers: readonly GivenAnswer[];
  readonly consents: readonly GivenConsent[];
  /** Null where the registration lets nobody in. */
  readonly link: string | null;
  readonly queued_at: string;
  readonly decided_at: string | null;
  readonly created_at: string;
  readonly revision: number;
}

export type RegistrationScope = "series" | "program";

export interface RegistrationFilter {
  readonly program_id?: string;
  readonly series_id?: string;
  readonly session_id?: string;
  readonly status?: RegistrationStatus;
  readonly search?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** A series or program of which people wait for an answer. */
export interface Undecided {
  readonly scope: RegistrationScope;
  readonly id: string;
  readonly title: string;
  /** How many. */
  readonly pending: number;
  /** Since when the first one waits. */
  readonly oldest_at: string;
}

const at = (id: string, rest = ""): string => `/registrations/${encodeURIComponent(id)}${rest}`;

export function listAllRegistrations(filter: RegistrationFilter): Promise<Page<RegistrationRecord>> {
  return ask("GET", `/registrations${query({ ...filter })}`);
}

/** Where people wait for an answer, longest wait first. */
export async function listUndecided(): Promise<readonly Undecided[]> {
  return (await ask<{ items: Undecided[] }>("GET", "/undecided-registrations")).items;
}

/** Registers people for a series or program; `send` mails each their link. */
export async function registerPeople(
  scope: RegistrationScope,
  id: string,
  people: readonly Invitation[],
  send: boolean,
  key: string,
): Promise<readonly RegistrationRecord[]> {
  const path = scope === "series" ? "/series" : "/programs";
  const request = { body: { people, send }, key };
  const answer = await ask<{ items: RegistrationRecord[] }>(
    "POST",
    `${path}/${encodeURIComponent(id)}/registrations`,
    request,
  );
  return answer.items;
}

export function changeRole(registration: RegistrationRecord, role: Role): Promise<RegistrationRecord> {
  return ask("PATCH", at(registration.id), { body: { role }, ifMatch: `"${registration.revision}"` });
}

export function approve(id: string): Promise<RegistrationRecord> {
  return ask("POST", at(id, "/approve"));
}

export function decline(id: string, reason: string): Promise<RegistrationRecord> {
  return ask("POST", at(id, "/decline"), { body: { reason } });
}

export function withdraw(id: string): Promise<RegistrationRecord> {
  return ask("POST", at(id, "/withdraw"));
}

/** A new link; the one before stops working. */
export function makeNewLink(id: string, send: boolean): Promise<RegistrationRecord> {
  return ask("POST", at(id, "/link"), { body: { send } });
}

/** Mails the present link again. */
export function sendLink(id: string): Promise<unknown> {
  return ask("POST", at(id, "/send"));
}
