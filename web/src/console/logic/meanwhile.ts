/** What somebody else changed while a form was open, in words, field by field. */

import { wallClock } from "./preview";
import type { SeriesDraft } from "./series-form";

export interface Meanwhile {
  readonly field: string;
  readonly was: string;
  readonly now: string;
  /** What is typed here instead; null where the other's change comes in. */
  readonly yours: string | null;
}

const LABELS: readonly (readonly [keyof SeriesDraft, string])[] = [
  ["title", "Title"],
  ["time", "Start"],
  ["duration", "Minutes"],
  ["zone", "Time zone"],
  ["pattern", "Dates"],
  ["contact", "Whom to ask for help"],
  ["description", "Description"],
  ["lead", "Opens early by (minutes)"],
  ["overrun", "May run over by (minutes)"],
  ["lobby", "Waiting room"],
  ["public", "Public page"],
  ["approval", "Who decides about registrations"],
  ["capacity", "How many people"],
  ["waitingList", "Waiting list"],
];

/** The differences between the state that the form began with and the one that is saved now. */
export function meanwhile(before: SeriesDraft, draft: SeriesDraft, newest: SeriesDraft): Meanwhile[] {
  return LABELS.flatMap(([key, field]) => {
    if (same(before[key], newest[key])) return [];
    const typed = !same(draft[key], before[key]) && !same(draft[key], newest[key]);
    const yours = typed ? words(draft, key) : null;
    return [{ field, was: words(before, key), now: words(newest, key), yours }];
  });
}

function words(draft: SeriesDraft, key: keyof SeriesDraft): string {
  if (key === "pattern") return patternWords(draft);
  if (key === "approval") {
    return { "": "as in the program", open: "everybody gets in", coordinator: "a coordinator decides" }[
      draft.approval
    ];
  }
  const value = draft[key];
  if (typeof value === "boolean") return value ? "on" : "off";
  if (key === "time") return wallClock(`2000-01-01T${draft.time}:00`);
  return String(value) || "empty";
}

function patternWords({ pattern }: SeriesDraft): string {
  if (pattern.kind === "dates") return `${pattern.dates.length} dates`;
  const end = pattern.ends === "count" ? `${pattern.count} times` : `until ${pattern.until}`;
  const left = pattern.exclude.length ? `, ${pattern.exclude.length} left out` : "";
  const rhythm = { weekly: "weekly", biweekly: `every ${pattern.weeks} weeks`, monthly: "monthly" }[
    pattern.kind
  ];
  const days =
    pattern.kind === "monthly"
      ? pattern.positions.map(({ week, day }) => `${week === -1 ? "last" : week} ${day}`).join(", ")
      : pattern.weekdays.join(", ");
  return `${rhythm} ${days}, from ${pattern.from} ${end}${left}`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
