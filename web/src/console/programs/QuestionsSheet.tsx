import { useRef } from "preact/hooks";
import type { Tagged } from "../../api/http";
import type { Program } from "../../api/programs";
import type { QuestionKind } from "../../api/questions";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { Sheet } from "../../ui/Sheet";
import {
  draftOfProgram,
  QUESTION_KINDS,
  type QuestionDraft,
  READY_MADE,
  shifted,
} from "../logic/program-form";
import { Problem } from "../parts/Problem";
import { ConsentFields } from "./ConsentFields";
import { QuestionFields } from "./QuestionFields";
import { useProgramForm } from "./use-program-form";

export interface QuestionsSheetProps {
  change: Tagged<Program>;
  onClose(): void;
  onSaved(program: Tagged<Program>): void;
}

/** What people answer and agree to as they register. */
export function QuestionsSheet({ change, onClose, onSaved }: QuestionsSheetProps) {
  const form = useProgramForm({
    change,
    initial: draftOfProgram(change.value),
    onSaved: (saved) => {
      onSaved(saved);
      onClose();
    },
    onClose,
  });
  const { draft, errors, problem, busy, set } = form;
  const made = useRef(0);
  const key = () => {
    made.current += 1;
    return `new-${made.current}`;
  };
  const ask = (question: Omit<QuestionDraft, "key" | "id">) =>
    set({ questions: [...draft.questions, { ...question, id: "", key: key() }] });
  const missing = READY_MADE.filter(
    ({ kind }) => !draft.questions.some((question) => question.kind === kind),
  );
  return (
    <Sheet title="Questions and consents" onClose={form.close}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.save();
        }}
      >
        <p class="muted">
          Name, e-mail, phone, profession, credentials and site are always asked. Add what your grants and
          accreditors need, and no more.
        </p>
        {draft.questions.map((question, place) => (
          <QuestionFields
            key={question.key}
            question={question}
            place={place}
            last={place === draft.questions.length - 1}
            errors={errors}
            onChange={(next) =>
              set({ questions: draft.questions.map((one) => (one.key === question.key ? next : one)) })
            }
            onMove={(step) => set({ questions: shifted(draft.questions, place, step) })}
            onRemove={() => set({ questions: draft.questions.filter((one) => one.key !== question.key) })}
          />
        ))}
        <div class="form-actions">
          <Button
            icon={plus}
            onClick={() => ask({ kind: "text", label: "", help: "", required: false, options: "" })}
          >
            Question
          </Button>
          {missing.map((ready) => (
            <Button key={ready.kind} class="chip" icon={plus} onClick={() => ask({ ...ready, options: "" })}>
              {kindWords(ready.kind)}
            </Button>
          ))}
        </div>
        <h3>Consents</h3>
        {draft.consents.map((consent, place) => (
          <ConsentFields
            key={consent.key}
            consent={consent}
            place={place}
            errors={errors}
            onChange={(next) =>
              set({ consents: draft.consents.map((one) => (one.key === consent.key ? next : one)) })
            }
            onRemove={() => set({ consents: draft.consents.filter((one) => one.key !== consent.key) })}
          />
        ))}
        <div class="form-actions">
          <Button
            icon={plus}
            onClick={() =>
              set({
                consents: [...draft.consents, { id: "", key: key(), title: "", text: "", required: true }],
              })
            }
          >
            Consent
          </Button>
        </div>
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            Save
          </Button>
          <Button onClick={form.close}>Keep as it was</Button>
        </div>
      </form>
    </Sheet>
  );
}

function kindWords(kind: QuestionKind): string {
  return QUESTION_KINDS.find((one) => one.kind === kind)?.words ?? kind;
}
