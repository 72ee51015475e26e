/** What a registration came to, in words that are true of everybody, known before or not. */

import type { Registered } from "../api/public";

export interface ResultWords {
  readonly title: string;
  readonly lines: readonly string[];
}

const TITLES: Readonly<Record<Registered["status"], string>> = {
  approved: "Look in your mail",
  pending: "The coordinator will answer",
  waiting: "You are on the waiting list",
};

export function resultWords({ status, words }: Registered): ResultWords {
  const more =
    status === "approved"
      ? ["The same link opens every session. Keep it to yourself: it lets you in by name."]
      : [];
  return { title: TITLES[status], lines: [words, ...more] };
}
