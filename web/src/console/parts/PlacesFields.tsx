import { Field } from "../../ui/Field";
import { Switch } from "../../ui/Switch";

interface Places {
  /** As typed; empty for any number. */
  readonly capacity: string;
  readonly waitingList: boolean;
}

export interface PlacesFieldsProps {
  draft: Places;
  error?: string | undefined;
  onChange(part: Partial<Places>): void;
}

/** How many people there is room for, and whether more may wait. */
export function PlacesFields({ draft, error, onChange }: PlacesFieldsProps) {
  return (
    <>
      <Field
        label="How many people"
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        value={draft.capacity}
        onValue={(capacity) => onChange({ capacity })}
        error={error}
        note="Leave it empty for any number."
      />
      {draft.capacity.trim() && (
        <Switch on={draft.waitingList} onChange={(waitingList) => onChange({ waitingList })}>
          Waiting list
          <span class="field-note form-switch-note">Who comes when it is full waits for a free place.</span>
        </Switch>
      )}
    </>
  );
}
