/** The form that makes or changes a program: settings, questions, consents and reminders. */

import type { Approval, Program, ProgramFields } from "../../api/programs";
import type { Consent, Question } from "../../api/questions";
import { draftsOf, type Keyed, type QuestionDraft, questionErrors, questionsOf } from "./question-drafts";

/** Everything as it is typed; options of a question are lines of one text until they are sent. */
export interface ProgramDraft {
  readonly name: string;
  readonly slug: string;
  readonly summary: string;
  readonly contact: string;
  readonly zone: string;
  readonly public: boolean;
  readonly approval: Approval;
  readonly capacity: string;
  readonly waitingList: boolean;
  readonly reminders: readonly number[];
  readonly questions: readonly QuestionDraft[];
  readonly consents: readonly Keyed<Consent>[];
}

/** By place: "name", or "questions.2.label". */
export type ProgramErrors = Readonly<Record<string, string>>;

/** Asked for by accreditors and grants, ready made: pressing one adds it whole. */
export const READY_MADE: readonly Omit<Question, "id">[] = [
  { kind: "license", label: "Professional license", help: "", required: false, options: [] },
  {
    kind: "board_id",
    label: "Board certification",
    help: "Needed to report your credit to your board.",
    required: false,
    options: [],
  },
  { kind: "employer_type", label: "Where do you work?", help: "", required: false, options: [] },
];

export const REMINDERS: readonly { readonly minutes: number; readonly words: string }[] = [
  { minutes: 10080, words: "A week before" },
  { minutes: 2880, words: "Two days before" },
  { minutes: 1440, words: "The day before, at the same time" },
  { minutes: 60, words: "An hour before" },
  { minutes: 15, words: "15 minutes before" },
  { minutes: 0, words: "When the room opens" },
];
const MOST_REMINDERS = 5;

/** "a week, a day and an hour before, and when the room opens". */
export function reminderWords(reminders: readonly number[]): string {
  if (reminders.length === 0) return "none";
  const sorted = [...reminders].sort((a, b) => b - a);
  return sorted.map((minutes) => reminderName(minutes)).join("; ");
}

export function reminderName(minutes: number): string {
  const known = REMINDERS.find((one) => one.minutes === minutes);
  if (known) return known.words.charAt(0).toLowerCase() + known.words.slice(1);
  if (minutes % 1440 === 0) return `${minutes / 1440} days before`;
  if (minutes % 60 === 0) return `${minutes / 60} hours before`;
  return `${minutes} minutes before`;
}

export function newProgram(zone: string, contact: string): ProgramDraft {
  return {
    name: "",
    slug: "",
    summary: "",
    contact,
    zone,
    public: true,
    approval: "open",
    capacity: "",
    waitingList: true,
    reminders: [1440, 60, 0],
    questions: [],
    consents: [],
  };
}

export function draftOfProgram(program: Program): ProgramDraft {
  return {
    name: program.name,
    slug: program.slug,
    summary: program.summary,
    contact: program.contact,
    zone: program.zone,
    public: program.public,
    approval: program.approval,
    capacity: program.capacity === null ? "" : String(program.capacity),
    waitingList: program.waiting_list,
    reminders: [...program.reminders].sort((a, b) => b - a),
    questions: draftsOf(program.questions),
    consents: program.consents.map((one) => ({ ...one, key: one.id })),
  };
}

export function checkProgram(draft: ProgramDraft): ProgramErrors {
  const errors: Record<string, string> = questionErrors(draft.questions, "questions");
  if (!draft.name.trim()) errors.name = "Give the program a name.";
  if (draft.capacity.trim() && !/^[1-9]\d{0,4}$/.test(draft.capacity.trim()))
    errors.capacity = "Write a whole number, or leave it empty for any number of people.";
  if (draft.reminders.length > MOST_REMINDERS) errors.reminders = `Choose ${MOST_REMINDERS} at most.`;
  for (const [place, consent] of draft.consents.entries()) {
    if (!consent.title.trim()) errors[`consents.${place}.title`] = "Give it a title.";
    if (!consent.text.trim()) errors[`consents.${place}.text`] = "Write what people agree to.";
  }
  return errors;
}

export function programFields(draft: ProgramDraft): ProgramFields {
  return {
    name: draft.name.trim(),
    slug: draft.slug.trim(),
    summary: draft.summary.trim(),
    contact: draft.contact.trim(),
    zone: draft.zone,
    public: draft.public,
    approval: draft.approval,
    capacity: draft.capacity.trim() ? Number(draft.capacity) : null,
    waiting_list: draft.waitingList,
    reminders: [...draft.reminders].sort((a, b) => b - a),
    questions: questionsOf(draft.questions),
    consents: draft.consents.map(({ key: _key, ...consent }) => ({
      ...consent,
      title: consent.title.trim(),
      text: consent.text.trim(),
    })),
  };
}

/** What a new program is sent: without an address of its own it gets one from its name. */
export function newProgramFields(draft: ProgramDraft): Partial<ProgramFields> {
  const { slug, ...fields } = programFields(draft);
  return slug ? { ...fields, slug } : fields;
}

export function changedProgram(before: ProgramDraft, draft: ProgramDraft): Partial<ProgramFields> {
  const old = programFields(before);
  const now = programFields(draft);
  const keys = Object.keys(now) as (keyof ProgramFields)[];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  return Object.fromEntries(changed.map((key) => [key, now[key]])) as Partial<ProgramFields>;
}

/** What was typed over `before`, on top of what somebody else has made of the program since. */
export function rebaseProgram(before: ProgramDraft, draft: ProgramDraft, newest: ProgramDraft): ProgramDraft {
  const typed = changedProgram(before, draft);
  const keys = Object.keys(draft) as (keyof ProgramDraft)[];
  const own = keys.filter((key) => (key === "waitingList" ? "waiting_list" : key) in typed);
  return { ...newest, ...Object.fromEntries(own.map((key) => [key, draft[key]])) };
}

/** The list with the one at `place` moved by `step`. */
export function shifted<T>(items: readonly T[], place: number, step: -1 | 1): readonly T[] {
  const to = place + step;
  if (to < 0 || to >= items.length) return items;
  const next = [...items];
  const [one] = next.splice(place, 1);
  next.splice(to, 0, one as T);
  return next;
}
