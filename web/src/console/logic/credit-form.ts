/** The forms of a program's credit: plan and credit types as they are typed. Pure. */

import type {
  CertificateWords,
  CompletionRule,
  CreditPlan,
  CreditType,
  CreditTypeFields,
  PlanFields,
  Rounding,
} from "../../api/credit";
import type { QuestionDraft } from "./question-drafts";
import { draftsOf, questionErrors, questionsOf } from "./question-drafts";

export type Errors = Readonly<Record<string, string>>;

export interface TypeDraft {
  readonly name: string;
  readonly provider: string;
  readonly statement: string;
  /** A line each. */
  readonly professions: string;
  readonly designated: string;
  readonly perCredit: string;
  readonly minimumMinutes: string;
  readonly minimumShare: string;
  readonly roundingMinutes: string;
  readonly rounding: Rounding;
  readonly evaluationMinutes: string;
  readonly evaluationRequired: boolean;
  readonly presentersExcluded: boolean;
}

const BLANK: TypeDraft = {
  name: "",
  provider: "",
  statement: "",
  professions: "",
  designated: "",
  perCredit: "60",
  minimumMinutes: "",
  minimumShare: "",
  roundingMinutes: "1",
  rounding: "down",
  evaluationMinutes: "",
  evaluationRequired: true,
  presentersExcluded: true,
};

/** The rules of those who accredit most, ready to be completed. */
export const READY_TYPES: readonly { readonly words: string; readonly draft: TypeDraft }[] = [
  {
    words: "AMA PRA Category 1",
    draft: {
      ...BLANK,
      name: "AMA PRA Category 1 Credit",
      professions: "Physician\nMD\nDO",
      roundingMinutes: "15",
      rounding: "nearest",
    },
  },
  {
    words: "Nursing contact hours",
    draft: {
      ...BLANK,
      name: "Nursing contact hours (ANCC)",
      professions: "Nurse\nNurse practitioner\nRN\nAPRN",
      evaluationMinutes: "5",
    },
  },
  { words: "Another", draft: BLANK },
];

export function draftOfType(type: CreditType): TypeDraft {
  const number = (value: number | null) => (value === null || value === 0 ? "" : String(value));
  return {
    name: type.name,
    provider: type.provider,
    statement: type.statement,
    professions: type.professions.join("\n"),
    designated: number(type.designated_minutes),
    perCredit: String(type.minutes_per_credit),
    minimumMinutes: number(type.minimum_minutes),
    minimumShare: number(type.minimum_share),
    roundingMinutes: String(type.rounding_minutes),
    rounding: type.rounding,
    evaluationMinutes: number(type.evaluation_minutes),
    evaluationRequired: type.evaluation_required,
    presentersExcluded: type.presenters_excluded,
  };
}

const MINUTES = "Write whole minutes, or leave it empty.";

/** By the names that the service uses, so that its own refusals stand at the same fields. */
export function checkType(draft: TypeDraft): Errors {
  const errors: Record<string, string> = {};
  if (!draft.name.trim()) errors.name = "Give it the name that certificates and reports use.";
  if (!draft.provider.trim()) errors.provider = "Name the accredited provider, who alone issues the credit.";
  if (!/^[1-9]\d{0,3}$/.test(draft.perCredit.trim()))
    errors.minutes_per_credit = "Write how many minutes make one credit: 60 for most.";
  if (!/^[1-9]\d{0,2}$/.test(draft.roundingMinutes.trim()))
    errors.rounding_minutes = "Write whole minutes, 1 for every minute.";
  for (const [field, text] of [
    ["designated_minutes", draft.designated],
    ["minimum_minutes", draft.minimumMinutes],
    ["evaluation_minutes", draft.evaluationMinutes],
  ] as const)
    if (text.trim() && !/^\d{1,4}$/.test(text.trim())) errors[field] = MINUTES;
  if (draft.minimumShare.trim() && !isShare(draft.minimumShare))
    errors.minimum_share = "Write a share from 1 to 100 per cent, or leave it empty.";
  return errors;
}

export function fieldsOfType(draft: TypeDraft): CreditTypeFields {
  const number = (text: string) => (Number(text.trim()) > 0 ? Number(text.trim()) : null);
  return {
    name: draft.name.trim(),
    provider: draft.provider.trim(),
    statement: draft.statement.trim(),
    professions: linesOf(draft.professions),
    designated_minutes: number(draft.designated),
    minutes_per_credit: Number(draft.perCredit),
    minimum_minutes: number(draft.minimumMinutes),
    minimum_share: number(draft.minimumShare),
    rounding_minutes: Number(draft.roundingMinutes),
    rounding: draft.rounding,
    evaluation_minutes: number(draft.evaluationMinutes) ?? 0,
    evaluation_required: draft.evaluationRequired,
    presenters_excluded: draft.presentersExcluded,
  };
}

/** The rule of a credit type in a few sentences. */
export function ruleWords(type: CreditTypeFields): string {
  const sentences = [
    type.professions.length > 0 ? `For ${listWords(type.professions, "or")}.` : "For everybody.",
    `${roundingWords(type)}, at most ${type.designated_minutes === null ? "the planned length" : `${type.designated_minutes} minutes`}.`,
  ];
  const least = [
    type.minimum_minutes === null ? "" : `${type.minimum_minutes} minutes`,
    type.minimum_share === null ? "" : `${type.minimum_share}% of the session`,
  ].filter(Boolean);
  if (least.length > 0) sentences.push(`At least ${listWords(least, "and")}.`);
  if (type.evaluation_required) sentences.push("After the evaluation.");
  if (type.evaluation_minutes > 0) sentences.push(`The evaluation adds ${type.evaluation_minutes} minutes.`);
  if (type.presenters_excluded) sentences.push("Not for one’s own presentation.");
  return sentences.join(" ");
}

function roundingWords({ rounding, rounding_minutes: unit }: CreditTypeFields): string {
  if (unit === 1) return rounding === "up" ? "Every minute begun" : "Every minute";
  const unitWords = unit === 15 ? "quarter hour" : unit === 30 ? "half hour" : `${unit} minutes`;
  if (rounding === "nearest") return `To the nearest ${unitWords}`;
  return rounding === "down" ? `Every full ${unitWords}` : `Every ${unitWords} begun`;
}

function listWords(items: readonly string[], joint: string): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${joint} ${items.at(-1)}`;
}

export interface PlanDraft {
  readonly evaluation: readonly QuestionDraft[];
  readonly attestation: string;
  readonly claimDays: string;
  readonly certificate: CertificateWords;
  readonly completes: boolean;
  readonly share: string;
  readonly ofSession: string;
  readonly case: boolean;
  readonly survey: boolean;
}

const USUAL_SHARE = "80";
const USUAL_OF_SESSION = "50";

export function draftOfPlan(plan: PlanFields): PlanDraft {
  const rule = plan.completion;
  return {
    evaluation: draftsOf(plan.evaluation),
    attestation: plan.attestation,
    claimDays: String(plan.claim_days),
    certificate: plan.certificate,
    completes: rule !== null,
    share: rule ? (rule.share === null ? "" : String(rule.share)) : USUAL_SHARE,
    ofSession: rule ? String(rule.of_session) : USUAL_OF_SESSION,
    case: rule?.case ?? false,
    survey: rule?.survey ?? false,
  };
}

export function checkPlan(draft: PlanDraft): Errors {
  const errors: Record<string, string> = { ...questionErrors(draft.evaluation, "evaluation") };
  if (!draft.attestation.trim()) errors.attestation = "Write what learners attest to by claiming.";
  const days = draft.claimDays.trim();
  if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 366) errors.claim_days = "Write 1 to 366 days.";
  if (draft.certificate.on && !draft.certificate.heading.trim())
    errors["certificate.heading"] = "Write what stands at its top.";
  if (!draft.completes) return errors;
  if (draft.share.trim() && !isShare(draft.share))
    errors["completion.share"] = "Write a share from 1 to 100 per cent, or leave it empty.";
  if (!isShare(draft.ofSession)) errors["completion.of_session"] = "Write a share from 1 to 100 per cent.";
  if (!draft.share.trim() && !draft.case && !draft.survey)
    errors.completion = "Ask for a share of the sessions, a case or a survey.";
  return errors;
}

export function fieldsOfPlan(draft: PlanDraft): PlanFields {
  return {
    evaluation: questionsOf(draft.evaluation),
    attestation: draft.attestation.trim(),
    claim_days: Number(draft.claimDays),
    certificate: draft.certificate,
    completion: draft.completes ? completionOf(draft) : null,
  };
}

function completionOf(draft: PlanDraft): CompletionRule {
  return {
    share: draft.share.trim() ? Number(draft.share) : null,
    of_session: Number(draft.ofSession),
    case: draft.case,
    survey: draft.survey,
  };
}

/** Only what differs, so that one coordinator does not undo what another wrote. */
export function changedPlan(before: CreditPlan, draft: PlanDraft): Partial<PlanFields> {
  const old = fieldsOfPlan(draftOfPlan(before));
  const now = fieldsOfPlan(draft);
  const keys = Object.keys(now) as (keyof PlanFields)[];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  return Object.fromEntries(changed.map((key) => [key, now[key]])) as Partial<PlanFields>;
}

/** What was typed over `before`, on top of what somebody else has made of the plan since. */
export function rebasePlan(before: CreditPlan, draft: PlanDraft, newest: CreditPlan): PlanDraft {
  const typed = changedPlan(before, draft);
  const { evaluation, attestation, claimDays, certificate, ...completion } = draft;
  return {
    ...draftOfPlan(newest),
    ...("evaluation" in typed ? { evaluation } : {}),
    ...("attestation" in typed ? { attestation } : {}),
    ...("claim_days" in typed ? { claimDays } : {}),
    ...("certificate" in typed ? { certificate } : {}),
    ...("completion" in typed ? completion : {}),
  };
}

/** "80% of the sessions, 50% of each, and a case presented". */
export function completionWords(rule: CompletionRule | null): string {
  if (rule === null) return "Nothing: series are not completed";
  const parts = [
    rule.share === null ? "" : `${rule.share}% of the sessions, ${rule.of_session}% of each`,
    rule.case ? "a case presented" : "",
    rule.survey ? "the survey sent" : "",
  ].filter(Boolean);
  return listWords(parts, "and");
}

function isShare(text: string): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 100;
}

function linesOf(text: string): string[] {
  return [...new Set(text.split(/[\n,]/).map((line) => line.trim()))].filter(Boolean);
}
