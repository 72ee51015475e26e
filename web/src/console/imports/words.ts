/** What the import sheet says. */

import type { CellProblem, Fate, Import, ImportedRow } from "../../api/imports";
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
export function effectWords({ counts }: Pick<Import, "counts">, done: boolean): string {
  const parts: string[] = [];
  const be = (count: number) => (done ? (count === 1 ? "was" : "were") : "will be");
  if (counts.new) parts.push(`${many(counts.new, "person", "people")} ${be(counts.new)} added`);
  if (counts.update) parts.push(`${many(counts.update, "person", "people")} ${be(counts.update)} changed`);
  if (counts.registered) parts.push(`${number(counts.registered)} ${be(counts.registered)} registered`);
  if (done && counts.refused) parts.push(`${many(counts.refused, "row was", "rows were")} left out`);
  if (parts.length === 0)
    return done ? "Nothing had to be changed." : "Everybody in it is known already. There is nothing to do.";
  return `${parts.join(", ")}.`;
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
