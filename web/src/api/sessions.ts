/** Sessions, the people invited to them and who was there. */

import { ask, query, send, type Tagged } from "./http";
import type { Invitation, Page, Registration, Session, SessionFields, SessionStatus } from "./types";

export interface SessionFilter {
  readonly status?: SessionStatus;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
  readonly program_id?: string;
  readonly series_id?: string;
  /** By start; latest first unless asked otherwise. */
  readonly order?: "asc" | "desc";
  readonly limit?: number;
  readonly cursor?: string;
}

const at = (id: string, rest = ""): string => `/sessions/${encodeURIComponent(id)}${rest}`;

export function listSessions(filter: SessionFilter, signal?: AbortSignal): Promise<Page<Session>> {
  return ask("GET", `/sessions${query({ ...filter })}`, signal ? { signal } : {});
}

export function readSession(id: string): Promise<Tagged<Session>> {
  return send("GET", at(id));
}

/** A session on its own, or one of a program whose people it is for too. */
export function createSession(fields: SessionFields, program: string, key: string): Promise<Tagged<Session>> {
  const body = program ? { ...fields, program_id: program } : fields;
  return send("POST", "/sessions", { body, key });
}

/**
 * Changes what is named in `fields`, if nobody changed the session since `etag` was read. Where it belongs to a
 * program, `notify` says whether who is registered is written to.
 */
export function changeSession(
  id: string,
  fields: Partial<SessionFields> & { readonly notify?: boolean },
  etag: string,
): Promise<Tagged<Session>> {
  return send("PATCH", at(id), etag ? { body: fields, ifMatch: etag } : { body: fields });
}

export function cancelSession(id: string, reason: string, notify: boolean): Promise<Session> {
  return ask("POST", at(id, "/cancel"), { body: { reason, notify } });
}

/** Puts a cancelled session back on its date. */
export function restoreSession(id: string, notify: boolean): Promise<Session> {
  return ask("POST", at(id, "/restore"), { body: { notify } });
}

export function extendSession(id: string, minutes: number): Promise<Session> {
  return ask("POST", at(id, "/extend"), { body: { minutes } });
}

export function endSession(id: string): Promise<Session> {
  return ask("POST", at(id, "/end"));
}

/** Opens the room now instead of at `opens_at`. */
export function openSession(id: string): Promise<Session> {
  return ask("POST", at(id, "/open"));
}

export async function listRegistrations(id: string): Promise<readonly Registration[]> {
  return (await ask<{ items: Registration[] }>("GET", at(id, "/registrations"))).items;
}

/** Invites people; who is on the list already keeps their link. */
export async function invite(
  id: string,
  people: readonly Invitation[],
  key: string,
): Promise<readonly Registration[]> {
  const request = { body: { people }, key };
  return (await ask<{ items: Registration[] }>("POST", at(id, "/registrations"), request)).items;
}

export function uninvite(id: string, registration: string): Promise<void> {
  return ask("DELETE", at(id, `/registrations/${encodeURIComponent(registration)}`));
}

/** A new personal link; the one before stops working. */
export function renewLink(id: string, registration: string): Promise<Registration> {
  return ask("POST", at(id, `/registrations/${encodeURIComponent(registration)}/link`));
}

/** A new public link; the one before stops working. */
export async function renewPublicLink(id: string): Promise<string> {
  return (await ask<{ public_link: string }>("POST", at(id, "/public-link"))).public_link;
}

/** A token that lets the console's signaling socket follow the room; it lives a few minutes. */
export async function consoleToken(id: string): Promise<string> {
  return (await ask<{ token: string }>("POST", at(id, "/console-token"))).token;
}

/** The personal link of the facilitator who is signed in. */
export async function enterLink(id: string): Promise<string> {
  return (await ask<{ link: string }>("POST", at(id, "/enter"))).link;
}
