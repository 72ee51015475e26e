/** What the import sheet says. */

import type { CellProblem, Fate, Import, ImportedRow } from "../../api/imports";
import { stampWords } from "../logic/registrations";
import { plural } from "../logic/time";

export const FATES: readonly { readonly fate: Fate | ""; readonly words: string }[] = [
  { fate: "", words: "All" },
  { fate: "new", words: "New" },
  { fate: "update", words: "Changes" },
  { fate: "same", words: "No change" },
  { fate: "refused", words: "Refused" },
];

export const fateWords = (fate: Fate): string => FATES.find((one) => one.fate === fate)?.words ?? fate;

const number = (count: number): string => count.toLocaleString("en-US");

/** How many rows the file has, or those of one fate. */
export function countOf(counts: Import["counts"], fate: Fate | ""): number {
  return fate ? counts[fate] : counts.new + counts.update + counts.same + counts.refused;
}

/** What the button does: "Import 12 people"; "" where there is nothing to do. */
export function applyWords({ counts }: Pick<Import, "counts">): string {
  const people = counts.new + counts.update;
  if (people > 0) return `Import ${many(people, "person", "people")}`;
  if (counts.registered > 0) return `Register ${many(counts.registered, "person", "people")}`;
  return "";
}

/** What would happen, or has happened: "8 people are new, 2 are changed, 10 are registered." */
export function effectWords({ counts }: Pick<Import, "counts">, done: boolean, of = ""): string {
  const parts: string[] = [];
  const be = (count: number) => (done ? (count === 1 ? "was" : "were") : "will be");
  if (counts.new) parts.push(`${many(counts.new, "person", "people")} ${be(counts.new)} added`);
  if (counts.update) parts.push(`${many(counts.update, "person", "people")} ${be(counts.update)} changed`);
  if (counts.registered) parts.push(`${number(counts.registered)} ${be(counts.registered)} registered${of}`);
  if (done && counts.refused) parts.push(`${many(counts.refused, "row was", "rows were")} left out`);
  if (parts.length === 0)
    return done ? "Nothing had to be changed." : "Everybody in it is known already. There is nothing to do.";
  return `${parts.join(", ")}.`;
}

/** Beside the box to tick: "Send each their invitation: 9 by e-mail"; "" where nobody is registered. */
export function sendWords({ counts }: Pick<Import, "counts">): string {
  if (!counts.registered) return "";
  if (counts.registered === 1) return "Send them their invitation: 1 person gets mail";
  return `Send each their invitation: ${number(counts.registered)} people get mail`;
}

/** Who is written to by an import that is done, or was by an earlier one; "" where there is nobody to be. */
export function sentWords({ counts, send }: Pick<Import, "counts" | "send">, earlier: boolean): string {
  if (!counts.registered || send === null) return "";
  if (!send) return earlier ? "No invitations were sent." : "Nobody is written to by it.";
  if (earlier) return `${many(counts.registered, "invitation was", "invitations were")} sent.`;
  return `${many(counts.registered, "invitation is", "invitations are")} on the way.`;
}

/** Under the name of an earlier import: "Today 12:02 (Mountain Time), by Ana Ruiz". */
export function whenWords(one: Import, zone: string, now: Date): string {
  const when = capital(stampWords(one.applied_at ?? one.created_at, zone, now));
  return one.created_by ? `${when}, by ${one.created_by}` : when;
}

/** What an earlier import has done, or has not: "3 people were added, 3 were registered for Asthma ECHO." */
export function earlierWords(one: Import): string {
  if (one.state === "staging") return "Still being read.";
  const of = one.scope_title && ` for ${one.scope_title}`;
  if (one.state !== "applied") return `Read${of}, not imported: nobody is changed by it.`;
  if (one.unfinished)
    return `${many(one.counts.registered, "person is", "people are")} not registered${of} yet.`;
  return [effectWords(one, true, of), sentWords(one, true)].filter(Boolean).join(" ");
}

/** What the button beside an earlier import leads to. */
export function openWords(one: Pick<Import, "state" | "unfinished">): string {
  if (one.unfinished) return "Finish registering";
  return one.state === "applied" ? "Rows" : "Go on";
}

/** What becomes of refused rows, or "". */
export function refusedWords({ counts }: Pick<Import, "counts">): string {
  if (!counts.refused) return "";
  return `${many(counts.refused, "row is", "rows are")} refused and will be left out. Import the others now, or correct the file and choose it again: people who are known already are not added twice.`;
}

/** "row 7, column B (E-mail)", as the service names a place in a problem of the file. */
export function placeWords(field: string): string {
  return field === "file" ? "The file" : field.charAt(0).toUpperCase() + field.slice(1);
}

/** A problem of a row in words: "Column B (E-mail) is empty. Allowed: name@clinic.example." */
export function cellWords(problem: CellProblem): string {
  const message = problem.column
    ? joined(`Column ${problem.column}`, problem.message)
    : capital(problem.message);
  return problem.allowed ? `${stop(message)} Allowed: ${stop(problem.allowed)}` : stop(message);
}

/** "is empty" goes on from the column; "'x' is not a state" stands beside it. */
function joined(column: string, message: string): string {
  return /^(is|has|begins|holds) /.test(message) ? `${column} ${message}` : `${column}: ${message}`;
}

/** Under the name in a row: what the file says, without what is empty. */
export function rowWords(row: ImportedRow): string {
  return [row.email, row.profession, row.site].filter(Boolean).join(", ");
}

const many = (count: number, one: string, more: string): string =>
  plural(count, one, more).replace(/^\d+/, number(count));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const stop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
