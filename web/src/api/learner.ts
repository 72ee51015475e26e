/** What the learner's page asks the service, by the token of its link alone. */

import { ask, askFile } from "./http";
import type { Question } from "./questions";

export interface Stay {
  readonly joined_at: string;
  readonly left_at: string | null;
}

export interface Claimed {
  readonly state: "claimed" | "withdrawn" | "void";
  readonly minutes: number;
  readonly credit: string;
  readonly claimed_at: string;
  /** That something has changed it since; else empty. */
  readonly changed: string;
}

/** A credit type that the session offers, as it is for this learner. */
export interface CreditOffer {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly statement: string;
  readonly eligible: boolean;
  readonly standing: "claimable" | "evaluate" | "waits" | "none";
  readonly why: readonly string[];
  readonly minutes: number;
  readonly credit: string;
  readonly claimed: Claimed | null;
}

export interface Learner {
  readonly person: { readonly name: string; readonly profession: string; readonly credentials: string };
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly program_name: string;
    readonly starts_at: string;
    readonly ends_at: string;
    readonly zone: string;
    readonly contact: string;
    readonly over: boolean;
  };
  readonly attended: {
    readonly counted_seconds: number;
    readonly countable_seconds: number;
    readonly sentence: string;
    readonly intervals: readonly Stay[];
    readonly corrected: boolean;
  };
  readonly matched: boolean;
  readonly closes_at: string;
  /** Why nothing can be claimed now; else empty. */
  readonly closed: string;
  readonly evaluation: { readonly questions: readonly Question[]; readonly sent_at: string | null };
  readonly attestation: string;
  readonly types: readonly CreditOffer[];
  readonly certificate: { readonly on: boolean; readonly code: string | null };
}

/** A credit type as people read of it before they come. */
export interface CreditNotice {
  readonly name: string;
  readonly provider: string;
  readonly statement: string;
  readonly professions: readonly string[];
  /** The most that a session is worth; null where it depends on the session. */
  readonly most: string | null;
}

const as = (token: string) => ({ authorization: `Link ${token}` });

export function readLearner(token: string): Promise<Learner> {
  return ask("GET", "/public/credit", as(token));
}

export function sendEvaluation(token: string, answers: Readonly<Record<string, unknown>>): Promise<Learner> {
  return ask("POST", "/public/credit/evaluation", { ...as(token), body: { answers } });
}

/** Attests in these words, and claims; twice is once. */
export function claimCredit(token: string, typeId: string, attested: string): Promise<Learner> {
  const body = { credit_type_id: typeId, attested };
  return ask("POST", "/public/credit/claims", { ...as(token), body });
}

/** The certificate of attendance as a PDF, issued where there is none yet. */
export async function readCertificate(token: string): Promise<Blob> {
  await ask("POST", "/public/credit/certificate", as(token));
  return askFile("/public/credit/certificate", as(token));
}

/** The way to the learner's page, for a device that was in the room. */
export async function learnerToken(connectionId: string, secret: string): Promise<string> {
  const body = { connection_id: connectionId, secret };
  return (await ask<{ token: string }>("POST", "/public/credit/link", { body })).token;
}

/** What credit a session offers, for whoever has a link to its room. */
export async function readCreditNotices(token: string): Promise<readonly CreditNotice[]> {
  return (await ask<{ items: CreditNotice[] }>("GET", "/public/credit/offers", as(token))).items;
}
