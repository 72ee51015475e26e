import { Button } from "../../ui/Button";
import { Sheet } from "../../ui/Sheet";
import { Problem } from "../parts/Problem";
import { QuestionList } from "../programs/QuestionList";
import { type PlanFormProps, usePlanForm } from "./use-plan-form";

/** What learners are asked after a session. */
export function EvaluationSheet(props: PlanFormProps) {
  const { draft, errors, problem, busy, set, save, close } = usePlanForm(props);
  return (
    <Sheet title="Evaluation" onClose={close}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="muted">
          Asked after each session, on the page on which credit is claimed. Few questions are answered more
          often.
        </p>
        <QuestionList
          questions={draft.evaluation}
          at="evaluation"
          errors={errors}
          onChange={(evaluation) => set({ evaluation })}
        />
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            Save
          </Button>
          <Button onClick={close}>Keep as it was</Button>
        </div>
      </form>
    </Sheet>
  );
}
