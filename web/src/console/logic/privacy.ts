/** Privacy in words: how long what is kept, who did what. */

import type { AuditEntry, Erasure, RetentionClass } from "../../api/privacy";
import { plural } from "./time";

const CLASSES: Readonly<Record<string, string>> = {
  attendance: "Attendance and credit",
  devices: "Devices in rooms",
  answers: "Answers at registration",
  audit: "Who looked at what",
};

const NOUNS: Readonly<Record<string, string>> = {
  attendance: "attendance",
  audit: "this log",
  certificate: "a certificate",
  certificates: "certificates",
  claims: "claims",
  credit: "credit",
  deliveries: "updates that were sent",
  evaluations: "evaluations",
  events: "the feed of events",
  mails: "mail",
  people: "people",
  person: "a person",
  program: "a program",
  registration: "a registration",
  registrations: "registrations",
  report: "a report",
  series: "a series",
  session: "a session",
};

const VERBS: Readonly<Record<string, string>> = {
  changed: "Changed",
  corrected: "Corrected",
  erased: "Erased",
  exported: "Exported",
  issued: "Issued",
  read: "Looked at",
  removed: "Removed",
  revoked: "Revoked",
};

export function className(of: RetentionClass): string {
  return CLASSES[of.name] ?? of.name;
}

/** "7 years", "400 days". */
export function keptFor(days: number): string {
  const years = Math.round(days / 365.25);
  if (years >= 1 && Math.abs(days - years * 365.25) <= 2) return plural(years, "year");
  return plural(Math.round(days), "day");
}

/** "Looked at attendance", or the bare name of a deed that has no words. */
export function deedWords(entry: AuditEntry): string {
  const [noun = "", verb = ""] = entry.action.split(".");
  const did = VERBS[verb];
  const what = NOUNS[noun] ?? noun.replaceAll("_", " ");
  return did ? `${did} ${what}` : entry.action;
}

/** Who did it; what has no account is the service itself. */
export function actorWords(entry: AuditEntry): string {
  if (entry.actor_name) return entry.actor_name;
  return entry.actor === "retention"
    ? "By itself, since it was old enough"
    : "Somebody whose account is gone";
}

/** What is left of somebody who was erased; `day` writes a date. */
export function erasureWords(erasure: Erasure, day: (instant: string) => string): string {
  if (erasure.state === "done" || !erasure.credit_until) return "Nothing is left that says who it was.";
  return `Hidden. Records of credit know who it was until ${day(erasure.credit_until)}, and nothing else does.`;
}
