import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { trash2 } from "../../ui/icons";
import { Select } from "../../ui/Select";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import { hasOptions, QUESTION_KINDS, type QuestionDraft } from "../logic/question-drafts";

export interface QuestionFieldsProps {
  question: QuestionDraft;
  /** Name of the list in `errors`: "questions". */
  at: string;
  /** From 0. */
  place: number;
  last: boolean;
  errors: Readonly<Record<string, string>>;
  onChange(question: QuestionDraft): void;
  onMove(step: -1 | 1): void;
  onRemove(): void;
}

/** One question that people answer, as they register or after a session. */
export function QuestionFields(props: QuestionFieldsProps) {
  const { question, at, place, last, errors, onChange, onMove, onRemove } = props;
  const name = `question ${place + 1}`;
  const error = (field: string) => errors[`${at}.${place}.${field}`];
  return (
    <fieldset class="asked">
      <legend class="visually-hidden">{name}</legend>
      <div class="asked-head">
        <span class="muted small">{place + 1}</span>
        <Button kind="quiet" disabled={place === 0} aria-label={`Move ${name} up`} onClick={() => onMove(-1)}>
          Up
        </Button>
        <Button kind="quiet" disabled={last} aria-label={`Move ${name} down`} onClick={() => onMove(1)}>
          Down
        </Button>
        <Button kind="quiet" icon={trash2} aria-label={`Remove ${name}`} onClick={onRemove} />
      </div>
      <Field
        label="Question"
        value={question.label}
        onValue={(label) => onChange({ ...question, label })}
        error={error("label")}
        maxLength={300}
      />
      <Select
        label="Answered with"
        options={QUESTION_KINDS.map(({ kind, words }) => ({ value: kind, label: words }))}
        value={question.kind}
        onValue={(kind) => onChange({ ...question, kind: kind as QuestionDraft["kind"] })}
        error={error("kind")}
      />
      {hasOptions(question.kind) && (
        <TextArea
          label="Answers to choose from"
          note="Each on a line of its own."
          value={question.options}
          onValue={(options) => onChange({ ...question, options })}
          error={error("options")}
        />
      )}
      <Field
        label="Help (optional)"
        value={question.help}
        onValue={(help) => onChange({ ...question, help })}
        error={error("help")}
        maxLength={1000}
      />
      <Switch on={question.required} onChange={(required) => onChange({ ...question, required })}>
        Must be answered
      </Switch>
    </fieldset>
  );
}
