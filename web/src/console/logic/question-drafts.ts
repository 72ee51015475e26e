/** Questions as they are typed: at registration, and after a session. Pure. */

import type { Question, QuestionKind } from "../../api/questions";

/** With a key of its own for the screen, where a new one has no id yet. */
export type Keyed<T> = T & { readonly key: string };

export type QuestionDraft = Keyed<Omit<Question, "options">> & { readonly options: string };

export const QUESTION_KINDS: readonly { readonly kind: QuestionKind; readonly words: string }[] = [
  { kind: "text", words: "A line of text" },
  { kind: "long_text", words: "Several lines of text" },
  { kind: "number", words: "A number" },
  { kind: "date", words: "A date" },
  { kind: "yes_no", words: "Yes or no" },
  { kind: "choice", words: "One of a list" },
  { kind: "choices", words: "Any of a list" },
  { kind: "license", words: "License with its state" },
  { kind: "board_id", words: "Board id with birth month and day" },
  { kind: "employer_type", words: "Kind of employer" },
];

export function draftsOf(questions: readonly Question[]): QuestionDraft[] {
  return questions.map((one) => ({ ...one, key: one.id, options: one.options.join("\n") }));
}

/** What is wrong, by place: "evaluation.2.label". */
export function questionErrors(drafts: readonly QuestionDraft[], at: string): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [place, question] of drafts.entries()) {
    if (!question.label.trim()) errors[`${at}.${place}.label`] = "Write the question.";
    if (hasOptions(question.kind) && linesOf(question.options).length < 2)
      errors[`${at}.${place}.options`] = "Write at least two answers, each on a line of its own.";
  }
  return errors;
}

/** As they are sent. */
export function questionsOf(drafts: readonly QuestionDraft[]): Question[] {
  return drafts.map(({ key: _key, ...question }) => ({
    ...question,
    label: question.label.trim(),
    help: question.help.trim(),
    options: hasOptions(question.kind) ? linesOf(question.options) : [],
  }));
}

export function hasOptions(kind: QuestionKind): boolean {
  return kind === "choice" || kind === "choices";
}

export function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
}
