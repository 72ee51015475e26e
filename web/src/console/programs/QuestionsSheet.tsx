import { useRef } from "preact/hooks";
import type { Tagged } from "../../api/http";
import type { Program } from "../../api/programs";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { Sheet } from "../../ui/Sheet";
import { draftOfProgram, READY_MADE } from "../logic/program-form";
import { Problem } from "../parts/Problem";
import { ConsentFields } from "./ConsentFields";
import { QuestionList } from "./QuestionList";
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
    return `new-consent-${made.current}`;
  };
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
        <QuestionList
          questions={draft.questions}
          at="questions"
          errors={errors}
          readyMade={READY_MADE}
          onChange={(questions) => set({ questions })}
        />
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
