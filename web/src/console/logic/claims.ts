/** Claims, evaluations and completion in words. Pure. */

import type { Claim, ClaimState, CompletionRule, Progress } from "../../api/credit";
import { plural } from "./time";

const STATES: Readonly<Record<ClaimState, string>> = {
  claimed: "Claimed",
  withdrawn: "Withdrawn",
  void: "Nothing left",
};

export function claimStateWords(state: ClaimState): string {
  return STATES[state] ?? state;
}

/** "0.75 AMA PRA Category 1 Credit". */
export function claimWords(claim: Pick<Claim, "credit" | "type_name">): string {
  return `${trimmed(claim.credit)} ${claim.type_name}`;
}

/** "0.75" of "0.75", "1" of "1.00", "0.5" of "0.50". */
export function trimmed(credit: string): string {
  return credit.includes(".") ? credit.replace(/\.?0+$/, "") : credit;
}

/** "was 1 (60 minutes) until an amendment: ..."; one sentence for each time that it changed. */
export function historyWords(claim: Pick<Claim, "history">): string[] {
  return claim.history.map(
    (one) => `Was ${trimmed(one.credit)} (${plural(one.minutes, "minute")}): ${one.why}`,
  );
}

/** "7 sessions, 8 needed"; without a rule about sessions only how many. */
export function progressWords(one: Pick<Progress, "attended" | "needed">): string {
  if (one.needed === 0) return plural(one.attended.length, "session");
  return `${plural(one.attended.length, "session")}, ${one.needed} needed`;
}

/** By which telling of a session's attendance something was worked out: "attendance, final". */
export function editionName(number: number | null): string {
  if (number === null) return "attendance as it was then";
  if (number === 0) return "attendance as it was ready";
  return number === 1 ? "attendance, final" : `attendance, amendment ${number - 1}`;
}

/** Those who have completed it first, then by how far they are. */
export function byProgress(people: readonly Progress[]): Progress[] {
  return [...people].sort(
    (a, b) =>
      Number(b.complete) - Number(a.complete) ||
      b.attended.length - a.attended.length ||
      a.name.localeCompare(b.name),
  );
}

/** Which marks a rule asks for. */
export function marksAsked(rule: CompletionRule | null): readonly ("case" | "survey")[] {
  if (!rule) return [];
  return [...(rule.case ? (["case"] as const) : []), ...(rule.survey ? (["survey"] as const) : [])];
}

/** The answers to a question with how often each was given, the most frequent first. */
export function sharesOf(
  counts: Readonly<Record<string, number>>,
): { answer: string; count: number; share: number }[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const sorted = Object.entries(counts).sort(([, one], [, other]) => other - one);
  return sorted.map(([answer, count]) => ({
    answer: answer === "yes" ? "Yes" : answer === "no" ? "No" : answer,
    count,
    share: all === 0 ? 0 : count / all,
  }));
}
