import type { Program } from "../../api/programs";
import { Field } from "../../ui/Field";
import { Select } from "../../ui/Select";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import type { Pattern } from "../logic/rule";
import { startOf } from "../logic/rule";
import type { SeriesDraft, SeriesErrors } from "../logic/series-form";
import { placeWallTime } from "../logic/time";
import { PlacesFields } from "../parts/PlacesFields";
import { ZoneField } from "../sessions/ZoneField";
import { now } from "../state/clock";
import { RuleFields, SpanFields } from "./RuleFields";
import { SayField } from "./SayField";

export interface SeriesFieldsProps {
  draft: SeriesDraft;
  errors: SeriesErrors;
  today: string;
  onChange(part: Partial<SeriesDraft>): void;
}

/** When a series happens: said in a line, or chosen piece by piece. */
export function WhenFields({ draft, errors, today, onChange }: SeriesFieldsProps) {
  const onPattern = (part: Partial<Pattern>) => onChange({ pattern: { ...draft.pattern, ...part } });
  const day = placeWallTime(`${startOf(draft.pattern)}T12:00`, "UTC")?.at ?? now.value;
  return (
    <>
      <SayField draft={draft} today={today} onSaid={onChange} />
      <RuleFields pattern={draft.pattern} errors={errors} today={today} onPattern={onPattern} />
      <div class="form-row form-row-two">
        <Field
          label="Start"
          type="time"
          value={draft.time}
          onValue={(time) => onChange({ time })}
          error={errors.time}
        />
        <Field
          label="Minutes"
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          value={draft.duration}
          onValue={(duration) => onChange({ duration })}
          error={errors.duration}
        />
      </div>
      <ZoneField value={draft.zone} on={day} onValue={(zone) => onChange({ zone })} error={errors.zone} />
      <SpanFields pattern={draft.pattern} errors={errors} onPattern={onPattern} />
    </>
  );
}

const APPROVALS = [
  { value: "", label: "As in the program" },
  { value: "open", label: "Everybody who registers gets in" },
  { value: "coordinator", label: "A coordinator decides" },
];

/** What rarely differs from one series to the next. */
export function MoreFields({ draft, errors, onChange }: Omit<SeriesFieldsProps, "today">) {
  const wrong = errors.lead ?? errors.overrun ?? errors.capacity ?? errors.description ?? errors.contact;
  return (
    <details class="more" {...(wrong ? { open: true } : {})}>
      <summary>More: rooms, registration, description</summary>
      <div class="more-body">
        <TextArea
          label="Description"
          value={draft.description}
          onValue={(description) => onChange({ description })}
          error={errors.description}
          note="Shown on the page where people register."
        />
        <Field
          label="Whom to ask for help"
          value={draft.contact}
          onValue={(contact) => onChange({ contact })}
          error={errors.contact}
          note="A name with an e-mail address or a phone number."
          maxLength={200}
        />
        <div class="form-row form-row-two">
          <Field
            label="Opens early by (minutes)"
            inputMode="numeric"
            maxLength={4}
            value={draft.lead}
            onValue={(lead) => onChange({ lead })}
            error={errors.lead}
          />
          <Field
            label="May run over by (minutes)"
            inputMode="numeric"
            maxLength={4}
            value={draft.overrun}
            onValue={(overrun) => onChange({ overrun })}
            error={errors.overrun}
          />
        </div>
        <Switch on={draft.lobby} onChange={(lobby) => onChange({ lobby })}>
          Waiting room
          <span class="field-note form-switch-note">
            Visitors of a public link wait until you let them in.
          </span>
        </Switch>
        <Switch on={draft.public} onChange={(value) => onChange({ public: value })}>
          Public page
          <span class="field-note form-switch-note">Anybody with its address can register there.</span>
        </Switch>
        <Select
          label="Who decides about registrations"
          options={APPROVALS}
          value={draft.approval}
          onValue={(approval) => onChange({ approval: approval as SeriesDraft["approval"] })}
          error={errors.approval}
        />
        <PlacesFields draft={draft} error={errors.capacity} onChange={onChange} />
      </div>
    </details>
  );
}

/** In which program a new series is. */
export function ProgramField(props: {
  programs: readonly Program[];
  value: string;
  onValue(id: string): void;
  error?: string | undefined;
}) {
  const { programs, value, onValue, error } = props;
  const options = programs.map(({ id, name }) => ({ value: id, label: name }));
  if (!value) options.unshift({ value: "", label: "Choose a program" });
  return <Select label="Program" options={options} value={value} onValue={onValue} error={error} />;
}
