/** What a registration came to, in words. */

import type { Registered } from "../api/public";

export interface ResultWords {
  readonly title: string;
  readonly lines: readonly string[];
}

export function resultWords(result: Registered, email: string): ResultWords {
  if (result.status === "approved") {
    return {
      title: "You are registered",
      lines: [
        `We have sent your personal link to ${email}.`,
        "The same link opens every session. Keep it to yourself: it lets its owner in by name.",
      ],
    };
  }
  if (result.status === "waiting") {
    return {
      title: "You are on the waiting list",
      lines: [`If a place becomes free, your personal link is sent to ${email}.`],
    };
  }
  return {
    title: "Your registration has arrived",
    lines: [`The coordinator will answer. Your personal link then comes to ${email}.`],
  };
}
