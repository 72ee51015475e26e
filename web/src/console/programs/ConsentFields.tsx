import type { Consent } from "../../api/questions";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { trash2 } from "../../ui/icons";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import type { ProgramErrors } from "../logic/program-form";
import type { Keyed } from "../logic/question-drafts";

export interface ConsentFieldsProps {
  consent: Keyed<Consent>;
  /** From 0. */
  place: number;
  errors: ProgramErrors;
  onChange(consent: Keyed<Consent>): void;
  onRemove(): void;
}

/** One thing that people agree to as they register; its words and the time are kept with each who agrees. */
export function ConsentFields({ consent, place, errors, onChange, onRemove }: ConsentFieldsProps) {
  const error = (field: string) => errors[`consents.${place}.${field}`];
  return (
    <fieldset class="asked">
      <legend class="visually-hidden">Consent {place + 1}</legend>
      <div class="asked-head">
        <span class="muted small">{place + 1}</span>
        <Button kind="quiet" icon={trash2} aria-label={`Remove consent ${place + 1}`} onClick={onRemove} />
      </div>
      <Field
        label="Title"
        value={consent.title}
        onValue={(title) => onChange({ ...consent, title })}
        error={error("title")}
        maxLength={200}
      />
      <TextArea
        label="What people agree to"
        note="After a change, whoever registers agrees to the new words."
        value={consent.text}
        onValue={(text) => onChange({ ...consent, text })}
        error={error("text")}
      />
      <Switch on={consent.required} onChange={(required) => onChange({ ...consent, required })}>
        Nobody registers without
      </Switch>
    </fieldset>
  );
}
