import { useState } from "preact/hooks";
import { type CreditPlan, changePlan, readPlan } from "../../api/credit";
import type { Tagged } from "../../api/http";
import { ApiError } from "../../api/problem";
import { announce } from "../../ui/LiveRegion";
import {
  changedPlan,
  checkPlan,
  draftOfPlan,
  type Errors,
  type PlanDraft,
  rebasePlan,
} from "../logic/credit-form";
import { noticeSignedOut } from "../state/account";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useMistakes } from "../state/use-mistakes";

export interface PlanForm {
  readonly draft: PlanDraft;
  readonly errors: Errors;
  readonly problem: string;
  readonly busy: boolean;
  set(part: Partial<PlanDraft>): void;
  save(): Promise<void>;
  /** Closes the form; asks first where something typed would be lost. */
  close(): void;
}

export interface PlanFormProps {
  program: string;
  plan: Tagged<CreditPlan>;
  onSaved(plan: Tagged<CreditPlan>): void;
  onClose(): void;
}

/** What the sheets of a plan share: the draft, checking it, saving it, meeting somebody else's change. */
export function usePlanForm({ program, plan, onSaved, onClose }: PlanFormProps): PlanForm {
  const [base, setBase] = useState(plan);
  const [draft, setDraft] = useState(() => draftOfPlan(plan.value));
  const mistakes = useMistakes();
  const [busy, setBusy] = useState(false);
  useUnsaved(Object.keys(changedPlan(base.value, draft)).length > 0);

  async function save() {
    if (mistakes.found(checkPlan(draft))) return;
    setBusy(true);
    try {
      const saved = await changePlan(program, changedPlan(base.value, draft), base.etag);
      unsaved.value = false;
      announce("The changes are saved.");
      onSaved(saved);
      onClose();
    } catch (error) {
      if (noticeSignedOut(error)) return;
      if (error instanceof ApiError && error.status === 412) await meet();
      else mistakes.refused(error);
    } finally {
      setBusy(false);
    }
  }

  /** Somebody else changed the plan since the form was opened: their changes come in, what was typed stays. */
  async function meet() {
    try {
      const newest = await readPlan(program);
      setDraft(rebasePlan(base.value, draft, newest.value));
      setBase(newest);
      mistakes.say(
        "Somebody changed this meanwhile. The form shows it now, with what you typed. Look, then save.",
      );
    } catch (error) {
      mistakes.refused(error);
    }
  }

  return {
    draft,
    errors: mistakes.errors,
    problem: mistakes.problem,
    busy,
    set: (part) => setDraft({ ...draft, ...part }),
    save,
    close: () => leave(onClose),
  };
}
