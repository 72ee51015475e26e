/** Reads pasted lines "Name, email, site, role", from a mail, a table or a CSV file, and says how it read each. */

import type { Invitation, Role } from "../../api/types";

/** One line as it was read: a person to invite, or what is wrong with it. */
export interface ReadLine {
  /** Counted from 1, as people count. */
  readonly line: number;
  readonly text: string;
  readonly person: Invitation | null;
  readonly problem: string;
}

const ROLE_WORDS: ReadonlyMap<string, Role> = new Map([
  ["participant", "participant"],
  ["spoke", "participant"],
  ["panelist", "panelist"],
  ["presenter", "panelist"],
  ["speaker", "panelist"],
  ["specialist", "panelist"],
  ["hub team", "panelist"],
  ["hub", "panelist"],
  ["facilitator", "facilitator"],
  ["moderator", "facilitator"],
  ["host", "facilitator"],
  ["observer", "observer"],
  ["coordinator", "coordinator"],
  ["scribe", "coordinator"],
]);

const ROLES = "participant, panelist, facilitator, observer or coordinator";

const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

/** True for something that mail can be sent to, as far as its form says. */
export function looksLikeEmail(text: string): boolean {
  return EMAIL.test(text) && text.length <= 254;
}

/** Who somebody is: name and address together, since clinics share mailboxes. */
export interface Invited {
  readonly name: string;
  readonly email: string;
}

const identity = (one: Invited): string =>
  `${one.name.toLowerCase().replace(/\s+/g, " ")} ${one.email.toLowerCase()}`;

/** Reads every line that is not empty; `already` are the people on the list. */
export function readPeople(text: string, already: Iterable<Invited> = []): ReadLine[] {
  const seen = new Map<string, string>();
  for (const one of already) seen.set(identity(one), "is on the list already");
  const lines: ReadLine[] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const trimmed = raw.trim();
    if (!trimmed || (lines.length === 0 && isHeading(trimmed))) continue;
    const read = readLine(trimmed);
    const line = index + 1;
    if (typeof read === "string") {
      lines.push({ line, text: trimmed, person: null, problem: read });
      continue;
    }
    const before = seen.get(identity(read));
    if (before) {
      lines.push({ line, text: trimmed, person: null, problem: `${read.name} ${before}.` });
      continue;
    }
    seen.set(identity(read), `is in line ${line} already`);
    lines.push({ line, text: trimmed, person: read, problem: "" });
  }
  return lines;
}

/** The person in one line, or what is missing. */
function readLine(line: string): Invitation | string {
  const fields = split(line);
  const emailAt = fields.findIndex((field) => field.includes("@"));
  if (emailAt < 0) return "No e-mail address found. Write: Name, email, site, role.";
  const { name: nameBeside, email } = unwrap(fields[emailAt] ?? "");
  if (!looksLikeEmail(email)) return `"${email}" is not an e-mail address.`;
  const rest = fields.filter((field, index) => index !== emailAt && field);
  const name = nameBeside || rest.shift() || "";
  if (!name) return "No name found. Write: Name, email, site, role.";
  if (name.length > 80) return "The name is longer than 80 characters.";
  const role = takeRole(rest);
  const placed = fields.slice(nameBeside ? 2 : 3).findLast(Boolean);
  if (!role && placed)
    return `"${placed}" is no role. Write ${ROLES}, or put a site with a comma in "quotes".`;
  const site = rest.join(", ");
  if (site.length > 200) return "The site is longer than 200 characters.";
  return { name, email, site, role: role ?? "participant" };
}

/** Takes the last field that names a role out of the list. */
function takeRole(fields: string[]): Role | null {
  for (let index = fields.length - 1; index >= 0; index -= 1) {
    const role = ROLE_WORDS.get((fields[index] ?? "").toLowerCase());
    if (role) {
      fields.splice(index, 1);
      return role;
    }
  }
  return null;
}

/** "Ana Ortiz <ana@x.org>" as mail programs write it. */
function unwrap(field: string): { name: string; email: string } {
  const match = /^(.*?)<([^<>]*)>$/.exec(field);
  if (!match) return { name: "", email: field };
  return { name: (match[1] ?? "").trim().replace(/^"|"$/g, ""), email: (match[2] ?? "").trim() };
}

/** Fields of a line: by tab where there is one, else by semicolon, else by comma; "quoted, together". */
function split(line: string): string[] {
  const mark = line.includes("\t") ? "\t" : line.includes(";") ? ";" : ",";
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const sign = line[index] ?? "";
    if (sign === '"' && quoted && line[index + 1] === '"') {
      field += '"';
      index += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === mark && !quoted) {
      fields.push(field.trim());
      field = "";
    } else field += sign;
  }
  fields.push(field.trim());
  return fields;
}

function isHeading(line: string): boolean {
  return !line.includes("@") && /\b(name|e-?mail)\b/i.test(line) && /e-?mail/i.test(line);
}
