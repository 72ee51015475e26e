import { Banner } from "../../ui/Banner";
import { Field } from "../../ui/Field";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import { type Draft, type DraftErrors, summarize } from "../logic/session-form";
import { browserZone, placeWallTime } from "../logic/time";
import { now } from "../state/clock";
import { ZoneField } from "./ZoneField";

export interface SessionFieldsProps {
  draft: Draft;
  errors: DraftErrors;
  /** The room is open: when it starts can no longer be changed. */
  settled: boolean;
  onChange(part: Partial<Draft>): void;
}

/** The fields of a session with what they mean in one sentence. */
export function SessionFields({ draft, errors, settled, onChange }: SessionFieldsProps) {
  const day = placeWallTime(`${draft.date}T12:00`, "UTC")?.at ?? now.value;
  const rare = Boolean(errors.lead || errors.overrun || errors.description);
  return (
    <>
      <Field
        label="Title"
        value={draft.title}
        onValue={(title) => onChange({ title })}
        error={errors.title}
        maxLength={200}
        placeholder="Pediatric asthma ECHO"
        data-autofocus
      />
      <div class="form-row">
        <Field
          label="Date"
          type="date"
          disabled={settled}
          value={draft.date}
          onValue={(date) => onChange({ date })}
          error={errors.date}
        />
        <Field
          label="Start"
          type="time"
          disabled={settled}
          value={draft.time}
          onValue={(time) => onChange({ time })}
          error={errors.time}
        />
        <Minutes
          label="Minutes"
          value={draft.duration}
          onValue={(duration) => onChange({ duration })}
          error={errors.duration}
        />
      </div>
      <ZoneField
        disabled={settled}
        value={draft.zone}
        on={day}
        onValue={(zone) => onChange({ zone })}
        error={errors.zone}
      />
      {settled && <p class="field-note">The room is open, so its start and time zone are settled.</p>}
      <SummaryLines draft={draft} />
      <Switch on={draft.lobby} onChange={(lobby) => onChange({ lobby })}>
        Waiting room
        <span class="field-note form-switch-note">
          Visitors of the public link wait until you let them in. People with a personal link never wait.
        </span>
      </Switch>
      <Field
        label="Whom to ask for help"
        value={draft.contact}
        onValue={(contact) => onChange({ contact })}
        error={errors.contact}
        note="Shown to people who cannot get in: a name with an e-mail address or a phone number."
        maxLength={200}
      />
      <details class="more" open={rare}>
        <summary>More: early opening, overrun</summary>
        <div class="more-body">
          <div class="form-row form-row-two">
            <Minutes
              label="Opens early by (minutes)"
              disabled={settled}
              value={draft.lead}
              onValue={(lead) => onChange({ lead })}
              error={errors.lead}
            />
            <Minutes
              label="May run over by (minutes)"
              value={draft.overrun}
              onValue={(overrun) => onChange({ overrun })}
              error={errors.overrun}
            />
          </div>
          <TextArea
            label="Description"
            value={draft.description}
            onValue={(description) => onChange({ description })}
            error={errors.description}
            note="For yourself and your team."
          />
        </div>
      </details>
    </>
  );
}

function Minutes(props: {
  label: string;
  disabled?: boolean;
  value: string;
  onValue(value: string): void;
  error: string | undefined;
}) {
  return <Field {...props} inputMode="numeric" autoComplete="off" maxLength={4} />;
}

function SummaryLines({ draft }: { draft: Draft }) {
  const { main, yours, warning } = summarize(draft, browserZone(), now.value);
  return (
    <div class="form-summary" aria-live="polite">
      {main ? (
        <p>{main}</p>
      ) : (
        <p class="muted">Fill in date, start and minutes to see when the room opens.</p>
      )}
      {yours && <p class="muted">{yours}</p>}
      {warning && <Banner>{warning}</Banner>}
    </div>
  );
}
