/** What attendance is worth: the plan and credit types of a program, what a session offers, what was claimed. */

import { ask, query, send, type Tagged } from "./http";
import type { Question } from "./questions";
import type { Page } from "./types";

export interface CertificateWords {
  readonly on: boolean;
  readonly heading: string;
  /** Empty: the program's name. */
  readonly issuer: string;
  readonly signer: string;
  readonly signer_title: string;
}

/** What completes a series. */
export interface CompletionRule {
  /** Per cent of its sessions; null where that is not asked for. */
  readonly share: number | null;
  /** Per cent of a session's counted time from which on it is attended. */
  readonly of_session: number;
  readonly case: boolean;
  readonly survey: boolean;
}

export interface PlanFields {
  readonly evaluation: readonly Question[];
  readonly attestation: string;
  readonly claim_days: number;
  readonly certificate: CertificateWords;
  readonly completion: CompletionRule | null;
}

export interface CreditPlan extends PlanFields {
  readonly revision: number;
}

export type Rounding = "nearest" | "down" | "up";

export interface CreditTypeFields {
  readonly name: string;
  /** The accredited provider, which alone issues credit. */
  readonly provider: string;
  readonly statement: string;
  /** Empty: for everybody. */
  readonly professions: readonly string[];
  /** The most that a session is worth; null: as long as it was planned. */
  readonly designated_minutes: number | null;
  readonly minutes_per_credit: number;
  readonly minimum_minutes: number | null;
  /** Per cent. */
  readonly minimum_share: number | null;
  readonly rounding_minutes: number;
  readonly rounding: Rounding;
  /** Added where the evaluation was sent. */
  readonly evaluation_minutes: number;
  readonly evaluation_required: boolean;
  readonly presenters_excluded: boolean;
}

export interface CreditType extends CreditTypeFields {
  readonly id: string;
  readonly program_id: string;
  readonly archived_at: string | null;
  readonly revision: number;
}

export interface Offer {
  readonly credit_type_id: string;
  readonly name: string;
  readonly offered: boolean;
  /** What this session alone is designated for; null: as the type says. */
  readonly own_minutes: number | null;
  /** The most that comes of it. */
  readonly designated_minutes: number;
}

export interface Presenter {
  readonly person_id: string;
  readonly name: string;
  /** Null: all of the session. */
  readonly minutes: number | null;
}

export interface SessionCredit {
  readonly offers: readonly Offer[];
  readonly presenters: readonly Presenter[];
}

export interface SessionCreditFields {
  readonly offers?: readonly {
    readonly credit_type_id: string;
    readonly offered: boolean;
    readonly designated_minutes: number | null;
  }[];
  readonly presenters?: readonly Pick<Presenter, "person_id" | "minutes">[];
}

export type ClaimState = "claimed" | "withdrawn" | "void";

export interface Claim {
  readonly id: string;
  readonly state: ClaimState;
  readonly session_id: string;
  readonly session_title: string;
  readonly starts_at: string;
  readonly zone: string;
  readonly person_id: string;
  readonly person_name: string;
  readonly credit_type_id: string;
  readonly type_name: string;
  readonly provider: string;
  readonly minutes: number;
  /** In the type's own unit: "0.75". */
  readonly credit: string;
  readonly counted_seconds: number;
  readonly claimed_at: string;
  readonly attestation: string;
  /** What it stands on. */
  readonly basis: {
    readonly edition: number | null;
    readonly head: string;
    readonly links: number;
    readonly events: readonly string[];
    /** How the minutes came about. */
    readonly why: readonly string[];
  };
  /** What it was before. */
  readonly history: readonly {
    readonly until: string;
    readonly state: ClaimState;
    readonly minutes: number;
    readonly credit: string;
    readonly why: string;
    readonly by: string;
  }[];
}

export interface ClaimFilter {
  readonly session_id?: string;
  readonly program_id?: string;
  readonly credit_type_id?: string;
  readonly person_id?: string;
  readonly state?: ClaimState | "";
}

export interface Evaluations {
  readonly sent: number;
  /** People whose time counts. */
  readonly attended: number;
  readonly questions: readonly {
    readonly id: string;
    readonly label: string;
    readonly answered: number;
    /** How often each answer was given, where there is a list of them. */
    readonly counts: Readonly<Record<string, number>>;
    /** What was written, without by whom. */
    readonly words: readonly string[];
  }[];
}

export type MarkName = "case" | "survey";

export interface Progress {
  readonly person_id: string;
  readonly name: string;
  readonly email: string;
  readonly marks: readonly MarkName[];
  readonly complete: boolean;
  /** Sessions that count for them. */
  readonly attended: readonly string[];
  readonly needed: number;
  readonly total: number;
  /** What is missing. */
  readonly why: readonly string[];
}

export interface Completion {
  readonly rule: CompletionRule | null;
  /** Sessions that take place, past ones and future ones. */
  readonly total: number;
  /** Sessions that are over. */
  readonly held: number;
  readonly people: readonly Progress[];
}

const program = (id: string, rest: string): string => `/programs/${encodeURIComponent(id)}${rest}`;
const session = (id: string, rest: string): string => `/sessions/${encodeURIComponent(id)}${rest}`;
const type = (id: string, rest = ""): string => `/credit-types/${encodeURIComponent(id)}${rest}`;
const series = (id: string, rest: string): string => `/series/${encodeURIComponent(id)}${rest}`;

export function readPlan(id: string): Promise<Tagged<CreditPlan>> {
  return send("GET", program(id, "/credit-plan"));
}

export function changePlan(
  id: string,
  fields: Partial<PlanFields>,
  etag: string,
): Promise<Tagged<CreditPlan>> {
  return send("PATCH", program(id, "/credit-plan"), { body: fields, ifMatch: etag });
}

/** Those in use, then those that were put away. */
export async function listCreditTypes(id: string): Promise<readonly CreditType[]> {
  const list = (archived: string) =>
    ask<{ items: CreditType[] }>("GET", program(id, `/credit-types${query({ archived })}`));
  const [used, away] = await Promise.all([list("false"), list("true")]);
  return [...used.items, ...away.items];
}

export function createCreditType(id: string, fields: CreditTypeFields, key: string): Promise<CreditType> {
  return ask("POST", program(id, "/credit-types"), { body: fields, key });
}

export function changeCreditType(
  id: string,
  fields: CreditTypeFields,
  revision: number,
): Promise<CreditType> {
  return ask("PATCH", type(id), { body: fields, ifMatch: `"${revision}"` });
}

export function archiveCreditType(id: string): Promise<unknown> {
  return ask("POST", type(id, "/archive"));
}

export function restoreCreditType(id: string): Promise<unknown> {
  return ask("POST", type(id, "/restore"));
}

export function readSessionCredit(id: string): Promise<SessionCredit> {
  return ask("GET", session(id, "/credit"));
}

export function changeSessionCredit(id: string, fields: SessionCreditFields): Promise<SessionCredit> {
  return ask("PATCH", session(id, "/credit"), { body: fields });
}

export function readEvaluations(id: string): Promise<Evaluations> {
  return ask("GET", session(id, "/evaluations"));
}

export function listClaims(filter: ClaimFilter, cursor?: string): Promise<Page<Claim>> {
  return ask("GET", `/claims${query({ ...filter, limit: 50, cursor })}`);
}

export function withdrawClaim(id: string, reason: string): Promise<Claim> {
  return ask("POST", `/claims/${encodeURIComponent(id)}/withdraw`, { body: { reason } });
}

export interface ClaimsRange {
  readonly credit_type_id: string;
  readonly from: string;
  readonly to: string;
}

/** The claims of one credit type as files for the accredited provider. */
export function claimFiles(range: ClaimsRange): readonly { words: string; href: string }[] {
  const address = (format: string) => `/api/v1/claims/export${query({ ...range, format })}`;
  return [
    { words: "Excel workbook", href: address("xlsx") },
    { words: "CSV file", href: address("csv") },
  ];
}

export function readCompletion(id: string): Promise<Completion> {
  return ask("GET", series(id, "/completion"));
}

/** Notes what attendance does not tell: that somebody presented a case, or sent the survey. */
export function mark(id: string, person: string, what: MarkName, on: boolean): Promise<unknown> {
  const marked = { person_id: person, what };
  if (on) return ask("POST", series(id, "/completion-marks"), { body: marked });
  return ask("DELETE", series(id, `/completion-marks${query(marked)}`));
}
