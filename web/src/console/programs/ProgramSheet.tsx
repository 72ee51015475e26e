import type { Tagged } from "../../api/http";
import type { Program } from "../../api/programs";
import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { Field, FieldError } from "../../ui/Field";
import { Select } from "../../ui/Select";
import { Sheet } from "../../ui/Sheet";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import { draftOfProgram, newProgram, REMINDERS, reminderName } from "../logic/program-form";
import { toggled } from "../logic/rule";
import { browserZone, capital } from "../logic/time";
import { PlacesFields } from "../parts/PlacesFields";
import { Problem } from "../parts/Problem";
import { ZoneField } from "../sessions/ZoneField";
import { now } from "../state/clock";
import { type ProgramForm, useProgramForm } from "./use-program-form";

export interface ProgramSheetProps {
  change?: Tagged<Program>;
  contact?: string;
  onClose(): void;
  onSaved(program: Tagged<Program>): void;
}

/** The side sheet that makes a program or changes its settings. */
export function ProgramSheet({ change, contact = "", onClose, onSaved }: ProgramSheetProps) {
  const form = useProgramForm({
    change,
    initial: change ? draftOfProgram(change.value) : newProgram(browserZone(), contact),
    onSaved: (saved) => {
      onSaved(saved);
      onClose();
    },
    onClose,
  });
  const { draft, errors, problem, busy, set } = form;
  return (
    <Sheet title={change ? "Change program" : "New program"} onClose={form.close}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.save();
        }}
      >
        <Field
          label="Name"
          value={draft.name}
          onValue={(name) => set({ name })}
          error={errors.name}
          maxLength={200}
          placeholder="Autism ECHO"
          data-autofocus
        />
        <TextArea
          label="What it is"
          note="Shown on its public page."
          value={draft.summary}
          onValue={(summary) => set({ summary })}
          error={errors.summary}
        />
        <ZoneField value={draft.zone} on={now.value} onValue={(zone) => set({ zone })} error={errors.zone} />
        <Field
          label="Whom to ask for help"
          value={draft.contact}
          onValue={(value) => set({ contact: value })}
          error={errors.contact}
          note="A name with an e-mail address or a phone number."
          maxLength={200}
        />
        <RegistrationFields form={form} />
        <Reminders form={form} />
        {change && (
          <Field
            label="Last part of its public address"
            value={draft.slug}
            onValue={(slug) => set({ slug })}
            error={errors.slug}
            note="Addresses with the old one stop working."
            maxLength={80}
          />
        )}
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {change ? "Save" : "Make program"}
          </Button>
          <Button onClick={form.close}>{change ? "Keep as it was" : "Not now"}</Button>
        </div>
      </form>
    </Sheet>
  );
}

function RegistrationFields({ form: { draft, errors, set } }: { form: ProgramForm }) {
  return (
    <>
      <Switch on={draft.public} onChange={(value) => set({ public: value })}>
        Public page
        <span class="field-note form-switch-note">Anybody with its address can read it and register.</span>
      </Switch>
      <Select
        label="Who decides about registrations"
        options={[
          { value: "open", label: "Everybody who registers gets in" },
          { value: "coordinator", label: "A coordinator decides" },
        ]}
        value={draft.approval}
        onValue={(approval) => set({ approval: approval === "coordinator" ? "coordinator" : "open" })}
      />
      <PlacesFields draft={draft} error={errors.capacity} onChange={set} />
    </>
  );
}

function Reminders({ form: { draft, errors, set } }: { form: ProgramForm }) {
  const own = draft.reminders.filter((minutes) => !REMINDERS.some((one) => one.minutes === minutes));
  const choices = [
    ...REMINDERS,
    ...own.map((minutes) => ({ minutes, words: capital(reminderName(minutes)) })),
  ];
  return (
    <fieldset class="field choices">
      <legend class="field-label">Reminders by mail</legend>
      {choices.map(({ minutes, words }) => (
        <Check
          key={minutes}
          on={draft.reminders.includes(minutes)}
          onChange={() => set({ reminders: toggled(draft.reminders, minutes) })}
        >
          {words}
        </Check>
      ))}
      <FieldError id="reminders-error" error={errors.reminders} />
    </fieldset>
  );
}
