/** The registration form: what is typed, what is wrong with it, what is sent. Pure. */

import type { ApiError, FieldProblem } from "../api/problem";
import { fieldWords } from "../api/problem";
import type { NewRegistration, PublicKind, PublicPage, WantedSite } from "../api/public";
import type { Question } from "../api/questions";

/** An answer as it is typed: text, several choices, or the parts of a ready-made question. */
export type Typed = string | readonly string[] | Readonly<Record<string, string>>;

export interface SiteDraft {
  /** Of a site that was chosen from the list; else "". */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly county: string;
  readonly type: string;
}

export interface Draft {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly profession: string;
  readonly credentials: string;
  readonly site: SiteDraft;
  readonly answers: Readonly<Record<string, Typed>>;
  readonly consents: readonly string[];
}

/** What is wrong, by field: "email", "answers.q1", "answers.q1.number", "consents.c1". */
export type Errors = Readonly<Record<string, string>>;

export const NO_SITE: SiteDraft = { id: "", name: "", state: "", county: "", type: "" };

export const EMPTY: Draft = {
  name: "",
  email: "",
  phone: "",
  profession: "",
  credentials: "",
  site: NO_SITE,
  answers: {},
  consents: [],
};

const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

/** The parts that ready-made questions consist of. */
export const PARTS: Readonly<Partial<Record<Question["kind"], readonly string[]>>> = {
  license: ["state", "number"],
  board_id: ["board", "number", "birth_month", "birth_day"],
};

const PART_MISSING: Readonly<Record<string, string>> = {
  state: "Write the state that gave the license.",
  number: "Write the number.",
  board: "Write the name of the board.",
  birth_month: "Choose the month.",
  birth_day: "Choose the day.",
};

export function textOf(typed: Typed | undefined): string {
  return typeof typed === "string" ? typed : "";
}

export function listOf(typed: Typed | undefined): readonly string[] {
  return Array.isArray(typed) ? (typed as readonly string[]) : [];
}

export function partsOf(typed: Typed | undefined): Readonly<Record<string, string>> {
  return typeof typed === "object" && !Array.isArray(typed) ? (typed as Record<string, string>) : {};
}

/** What is wrong before anything is sent; the service has the last word. */
export function check(page: Pick<PublicPage, "questions" | "consents">, draft: Draft): Errors {
  const errors: Record<string, string> = {};
  if (!draft.name.trim()) errors.name = "Write your name, as others should see it.";
  if (!draft.email.trim()) errors.email = "Write your e-mail address; your personal link is sent there.";
  else if (!EMAIL.test(draft.email.trim())) {
    errors.email = "This is not an e-mail address. It looks like name@clinic.org.";
  }
  if (!draft.profession.trim()) errors.profession = "Write your profession, such as “nurse”.";
  if (!draft.site.name.trim()) errors.site = "Write where you work, such as “Clinic 4”.";
  Object.assign(errors, checkAnswers(page.questions, draft.answers));
  for (const consent of page.consents) {
    if (consent.required && !draft.consents.includes(consent.id)) {
      errors[`consents.${consent.id}`] = "Without this you cannot be registered.";
    }
  }
  return errors;
}

/** What is wrong with the answers alone. */
export function checkAnswers(questions: readonly Question[], answers: Draft["answers"]): Errors {
  return Object.assign({}, ...questions.map((question) => checkAnswer(question, answers[question.id])));
}

function checkAnswer(question: Question, typed: Typed | undefined): Errors {
  const field = `answers.${question.id}`;
  const parts = PARTS[question.kind];
  if (parts) {
    const given = partsOf(typed);
    const some = parts.some((part) => given[part]?.trim());
    if (!question.required && !some) return {};
    const missing = parts.filter((part) => !given[part]?.trim());
    if (missing.length === 0) return dayErrors(field, given);
    return Object.fromEntries(
      missing.map((part) => [`${field}.${part}`, PART_MISSING[part] ?? "Fill this in."]),
    );
  }
  const empty = question.kind === "choices" ? listOf(typed).length === 0 : !textOf(typed).trim();
  if (empty) return question.required ? { [field]: missingWords(question) } : {};
  if (question.kind === "number" && numberOf(textOf(typed)) === null) {
    return { [field]: "Write a number, such as 12." };
  }
  return {};
}

/** 31 April is no day; 29 February is one, since the year is not asked. */
function dayErrors(field: string, given: Readonly<Record<string, string>>): Errors {
  const days = new Date(Date.UTC(2024, Number(given.birth_month ?? 1), 0)).getUTCDate();
  return Number(given.birth_day ?? 1) > days
    ? { [`${field}.birth_day`]: `That month has ${days} days.` }
    : {};
}

function missingWords(question: Question): string {
  if (question.kind === "choices") return "Choose at least one.";
  if (["choice", "yes_no", "employer_type"].includes(question.kind)) return "Choose one.";
  if (question.kind === "date") return "Choose a date.";
  return "Answer this question.";
}

function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** The draft without what the page asks no more; the words of a consent count, so it is asked anew. */
export function fitting(page: Pick<PublicPage, "questions" | "consents">, draft: Draft): Draft {
  const known = new Set(page.questions.map((one) => one.id));
  const answers = Object.fromEntries(Object.entries(draft.answers).filter(([id]) => known.has(id)));
  const consents = draft.consents.filter((id) => page.consents.some((one) => one.id === id));
  return { ...draft, answers, consents };
}

/** What the service is sent; call only with a draft that {@link check} passed. */
export function bodyOf(
  kind: PublicKind,
  page: Pick<PublicPage, "slug" | "questions">,
  draft: Draft,
  zone: string,
): NewRegistration {
  return {
    page: kind,
    slug: page.slug,
    name: draft.name.trim(),
    email: draft.email.trim(),
    phone: draft.phone.trim(),
    profession: draft.profession.trim(),
    credentials: draft.credentials.trim(),
    site: siteOf(draft.site),
    zone,
    answers: answersOf(page.questions, draft.answers),
    consents: draft.consents,
  };
}

/** The answers as the service takes them; questions that were passed over are left out. */
export function answersOf(questions: readonly Question[], typed: Draft["answers"]): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const question of questions) {
    const value = answerOf(question, typed[question.id]);
    if (value !== undefined) answers[question.id] = value;
  }
  return answers;
}

function siteOf(site: SiteDraft): WantedSite | null {
  if (site.id) return { id: site.id };
  const name = site.name.trim();
  return name ? { name, state: site.state.trim(), county: site.county.trim(), type: site.type } : null;
}

function answerOf(question: Question, typed: Typed | undefined): unknown {
  const parts = PARTS[question.kind];
  if (parts) {
    const given = partsOf(typed);
    if (!parts.some((part) => given[part]?.trim())) return undefined;
    return Object.fromEntries(
      parts.map((part) => {
        const text = given[part]?.trim() ?? "";
        return [part, part.startsWith("birth_") ? Number(text) : text];
      }),
    );
  }
  if (question.kind === "choices") return listOf(typed).length > 0 ? listOf(typed) : undefined;
  const text = textOf(typed).trim();
  if (!text) return undefined;
  if (question.kind === "number") return numberOf(text) ?? text;
  if (question.kind === "yes_no") return text === "yes";
  return text;
}

export interface Refusal {
  readonly errors: Errors;
  /** What no field of the form shows. */
  readonly rest: readonly string[];
  /** True where the page asks for something that the program asks no more, or in other words. */
  readonly stale: boolean;
}

/** The service's words beside the fields that they are about. */
export function refusalOf(error: ApiError, page: Pick<PublicPage, "questions" | "consents">): Refusal {
  const errors: Record<string, string> = {};
  const rest: string[] = [];
  let stale = false;
  for (const problem of error.fields) {
    const field = fieldOf(problem, page);
    if (field) errors[field] ??= fieldWords(problem);
    else if (/^(answers|consents)\./.test(problem.field)) stale = true;
    else rest.push(fieldWords(problem));
  }
  return { errors, rest, stale };
}

function fieldOf(problem: FieldProblem, page: Pick<PublicPage, "questions" | "consents">): string | null {
  const [first = "", second = "", third = ""] = problem.field.replace(/^body\./, "").split(".");
  if (["name", "email", "phone", "profession", "credentials"].includes(first)) return first;
  if (first === "site")
    return second === "state" || second === "county" || second === "type" ? `site.${second}` : "site";
  if (first === "answers") {
    const question = page.questions.find((one) => one.id === second);
    if (!question) return null;
    return third && PARTS[question.kind]?.includes(third)
      ? `answers.${second}.${third}`
      : `answers.${second}`;
  }
  if (first === "consents")
    return page.consents.some((one) => one.id === second) ? `consents.${second}` : null;
  return null;
}
