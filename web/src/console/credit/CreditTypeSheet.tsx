import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { type CreditType, changeCreditType, createCreditType, type Rounding } from "../../api/credit";
import { ApiError } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { announce } from "../../ui/LiveRegion";
import { Select } from "../../ui/Select";
import { Sheet } from "../../ui/Sheet";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import {
  checkType,
  draftOfType,
  type Errors,
  fieldsOfType,
  READY_TYPES,
  ruleWords,
  type TypeDraft,
} from "../logic/credit-form";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useMistakes } from "../state/use-mistakes";

export interface CreditTypeSheetProps {
  program: string;
  /** The one to change; none makes a new one. */
  type: CreditType | null;
  onClose(): void;
  onSaved(): void;
}

const ROUNDINGS: readonly { readonly value: Rounding; readonly label: string }[] = [
  { value: "nearest", label: "To the nearest" },
  { value: "down", label: "Full ones only" },
  { value: "up", label: "Every one begun" },
];
const USUAL = (READY_TYPES[0] as (typeof READY_TYPES)[number]).draft;

const STALE = "Somebody changed this meanwhile. Close it, look at theirs, then change it.";

/** Makes or changes one kind of credit: whose it is, who gets it, and how minutes become credit. */
export function CreditTypeSheet({ program, type, onClose, onSaved }: CreditTypeSheetProps) {
  const [before, setBefore] = useState(() => (type ? draftOfType(type) : USUAL));
  const [draft, setDraft] = useState(before);
  const mistakes = useMistakes();
  const { errors, problem } = mistakes;
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const set = (part: Partial<TypeDraft>) => setDraft({ ...draft, ...part });
  useUnsaved(JSON.stringify(draft) !== JSON.stringify(before));

  async function save() {
    if (mistakes.found(checkType(draft))) return;
    const fields = fieldsOfType(draft);
    setBusy(true);
    try {
      if (type) await changeCreditType(type.id, fields, type.revision);
      else await createCreditType(program, fields, attempt.keyFor(fields));
      unsaved.value = false;
      announce(`${fields.name} is saved.`);
      onSaved();
      onClose();
    } catch (error) {
      if (noticeSignedOut(error)) return;
      const stale = error instanceof ApiError && error.status === 412;
      mistakes.refused(error, stale ? STALE : undefined);
    } finally {
      setBusy(false);
    }
  }

  function start(ready: TypeDraft) {
    setBefore(ready);
    setDraft({ ...ready, provider: draft.provider });
    mistakes.found({});
  }

  return (
    <Sheet title={type ? "Change credit" : "New credit"} onClose={() => leave(onClose)}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!type && (
          <div class="form-actions">
            {READY_TYPES.map((ready) => (
              <Button
                key={ready.words}
                class="chip"
                aria-pressed={ready.draft === before}
                onClick={() => start(ready.draft)}
              >
                {ready.words}
              </Button>
            ))}
          </div>
        )}
        <Field
          label="Name"
          value={draft.name}
          onValue={(name) => set({ name })}
          error={errors.name}
          maxLength={200}
          autoComplete="off"
          data-autofocus
        />
        <Field
          label="Accredited provider"
          note="Alone issues this credit; the claims are handed over to it."
          value={draft.provider}
          onValue={(provider) => set({ provider })}
          error={errors.provider}
          maxLength={200}
          autoComplete="off"
        />
        <TextArea
          label="Statements"
          note="Accreditation and disclosure, as the provider words them. Shown before the start."
          value={draft.statement}
          onValue={(statement) => set({ statement })}
          error={errors.statement}
          rows={4}
        />
        <TextArea
          label="For which professions"
          note="Each on a line of its own, as profession or credentials; empty for everybody."
          value={draft.professions}
          onValue={(professions) => set({ professions })}
          error={errors.professions}
        />
        <RuleFields draft={draft} errors={errors} set={set} />
        {Object.keys(checkType({ ...draft, name: "x", provider: "x" })).length === 0 && (
          <p class="form-summary">{ruleWords(fieldsOfType(draft))}</p>
        )}
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {type ? "Save" : "Add credit"}
          </Button>
          <Button onClick={() => leave(onClose)}>{type ? "Keep as it was" : "Not now"}</Button>
        </div>
      </form>
    </Sheet>
  );
}

interface RuleFieldsProps {
  draft: TypeDraft;
  errors: Errors;
  set(part: Partial<TypeDraft>): void;
}

/** How minutes become credit. */
function RuleFields({ draft, errors, set }: RuleFieldsProps) {
  const minutes = (
    label: string,
    name:
      | "designated"
      | "minimumMinutes"
      | "evaluationMinutes"
      | "roundingMinutes"
      | "perCredit"
      | "minimumShare",
    field: string,
    note?: string,
  ) => (
    <Field
      label={label}
      inputMode="numeric"
      autoComplete="off"
      maxLength={4}
      value={draft[name]}
      onValue={(value) => set({ [name]: value })}
      error={errors[field]}
      {...(note ? { note } : {})}
    />
  );
  return (
    <>
      {minutes(
        "Designated maximum, in minutes",
        "designated",
        "designated_minutes",
        "Empty: the length that a session is planned for.",
      )}
      <div class="form-row form-row-two">
        <Select
          label="Rounding"
          options={ROUNDINGS}
          value={draft.rounding}
          onValue={(rounding) => set({ rounding: rounding as Rounding })}
          error={errors.rounding}
        />
        {minutes("of minutes", "roundingMinutes", "rounding_minutes")}
      </div>
      {minutes("Minutes that make one credit", "perCredit", "minutes_per_credit")}
      <div class="form-row form-row-two">
        {minutes("At least minutes", "minimumMinutes", "minimum_minutes")}
        {minutes("At least per cent", "minimumShare", "minimum_share")}
      </div>
      <Switch on={draft.evaluationRequired} onChange={(evaluationRequired) => set({ evaluationRequired })}>
        Only after the evaluation
      </Switch>
      {minutes(
        "Minutes that the evaluation adds",
        "evaluationMinutes",
        "evaluation_minutes",
        "Empty: its time does not count.",
      )}
      <Switch on={draft.presentersExcluded} onChange={(presentersExcluded) => set({ presentersExcluded })}>
        Not for one’s own presentation
      </Switch>
    </>
  );
}
