/** What the public pages ask the service: no sign-in, and no answer tells who is known. */

import { ask, query } from "./http";
import type { CreditNotice } from "./learner";
import type { Consent, Question } from "./questions";

export type PublicKind = "programs" | "series";

export interface PublicDate {
  readonly session_id: string;
  readonly title: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly zone: string;
}

export interface PublicSeries {
  readonly slug: string;
  readonly title: string;
  readonly next_at: string | null;
}

/** The public page of a program or of a series. */
export interface PublicPage {
  readonly slug: string;
  readonly title: string;
  /** Of the program, where this is a series. */
  readonly program_name: string;
  readonly description: string;
  readonly contact: string;
  /** The hub's zone. */
  readonly zone: string;
  /** How often, in words; empty for a program. */
  readonly words: readonly string[];
  readonly approval: "open" | "coordinator";
  readonly full: boolean;
  readonly waiting_list: boolean;
  /** Why nobody can register any more; empty where people can. */
  readonly closed: string;
  readonly questions: readonly Question[];
  readonly consents: readonly Consent[];
  readonly dates: readonly PublicDate[];
  readonly series: readonly PublicSeries[];
  readonly credit: readonly CreditNotice[];
}

export interface FoundSite {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** A site that is known, or one that the visitor adds. */
export type WantedSite =
  | { readonly id: string }
  | { readonly name: string; readonly state: string; readonly county: string; readonly type: string };

export interface NewRegistration {
  readonly page: PublicKind;
  readonly slug: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly profession: string;
  readonly credentials: string;
  readonly site: WantedSite | null;
  readonly zone: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly consents: readonly string[];
}

export interface Registered {
  readonly status: "approved" | "pending" | "waiting";
  readonly words: string;
}

export function readPublicPage(kind: PublicKind, slug: string): Promise<PublicPage> {
  return ask("GET", `/public/${kind}/${encodeURIComponent(slug)}`);
}

export async function findSites(search: string, signal: AbortSignal): Promise<readonly FoundSite[]> {
  return (await ask<{ items: FoundSite[] }>("GET", `/public/sites${query({ search })}`, { signal })).items;
}

export function register(registration: NewRegistration, key: string): Promise<Registered> {
  return ask("POST", "/public/registrations", { body: registration, key });
}

/** Asks for the links of an address to be mailed there; the words are the same for every address. */
export async function sendLostLink(email: string): Promise<string> {
  return (await ask<{ words: string }>("POST", "/public/lost-link", { body: { email } })).words;
}
