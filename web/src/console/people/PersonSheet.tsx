import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import type { Tagged } from "../../api/http";
import { changePerson, createPerson, type PersonRecord, readPerson } from "../../api/people";
import { ApiError, wordsOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Sheet } from "../../ui/Sheet";
import { Switch } from "../../ui/Switch";
import {
  changedOnly,
  checkPerson,
  draftOfPerson,
  type Errors,
  fieldsOfPerson,
  NEW_PERSON,
  type PersonDraft,
  personRefusal,
} from "../logic/people";
import { Problem } from "../parts/Problem";
import { ZoneField } from "../sessions/ZoneField";
import { SitePicker } from "../sites/SitePicker";
import { noticeSignedOut } from "../state/account";
import { now } from "../state/clock";
import { ContactsField } from "./ContactsField";

export interface PersonSheetProps {
  /** The person to change; none makes a new one. */
  change?: Tagged<PersonRecord>;
  onClose(): void;
  onSaved(person: PersonRecord): void;
}

/** Makes or changes a person. */
export function PersonSheet({ change, onClose, onSaved }: PersonSheetProps) {
  const [base, setBase] = useState(change);
  const [draft, setDraft] = useState<PersonDraft>(change ? draftOfPerson(change.value) : NEW_PERSON);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const form = useRef<HTMLFormElement>(null);
  const put = (part: Partial<PersonDraft>) => setDraft({ ...draft, ...part });
  const text = (name: "name" | "email" | "profession" | "credentials") => ({
    value: draft[name],
    onValue: (value: string) => put({ [name]: value }),
    error: errors[name],
    autoComplete: "off",
  });

  function show(found: Errors, words: string) {
    setErrors(found);
    setProblem(words);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }

  async function save() {
    const wrong = checkPerson(draft);
    if (Object.keys(wrong).length > 0) return show(wrong, "");
    setBusy(true);
    setProblem("");
    setErrors({});
    try {
      onSaved(await send());
      attempt.done();
      onClose();
    } catch (error) {
      if (noticeSignedOut(error)) return;
      if (error instanceof ApiError && error.status === 412 && base) return await takeNewest(base.value);
      const refusal = error instanceof ApiError ? personRefusal(error) : { errors: {}, rest: "" };
      const beside = Object.keys(refusal.errors).length > 0;
      show(refusal.errors, [beside ? "" : wordsOf(error), refusal.rest].filter(Boolean).join(" "));
    } finally {
      setBusy(false);
    }
  }

  function send(): Promise<PersonRecord> {
    const fields = fieldsOfPerson(draft);
    if (!base) return createPerson(fields, attempt.keyFor(fields));
    const changed = changedOnly(fieldsOfPerson(draftOfPerson(base.value)), fields);
    if (Object.keys(changed).length === 0) return Promise.resolve(base.value);
    return changePerson(base.value.id, changed, base.etag);
  }

  /** Somebody else changed the person meanwhile: what was typed stays, on top of theirs. */
  async function takeNewest(before: PersonRecord) {
    const newest = await readPerson(before.id);
    const typed = changedOnly(draftOfPerson(before), draft);
    setBase(newest);
    setDraft({ ...draftOfPerson(newest.value), ...typed });
    setProblem(
      "Somebody else changed this person meanwhile. Their changes are in the form now, with yours on top; look, then save.",
    );
  }

  return (
    <Sheet title={change ? "Change person" : "New person"} onClose={onClose}>
      <form
        class="form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Name" maxLength={80} data-autofocus {...text("name")} />
        <Field label="E-mail" note="Mail goes there." type="email" maxLength={254} {...text("email")} />
        <ContactsField
          kind="emails"
          contacts={draft.emails}
          onContacts={(emails) => put({ emails })}
          errors={errors}
        />
        <ContactsField
          kind="phones"
          contacts={draft.phones}
          onContacts={(phones) => put({ phones })}
          errors={errors}
        />
        <div class="form-row form-row-two">
          <Field label="Profession" maxLength={80} {...text("profession")} />
          <Field label="Credentials" maxLength={80} {...text("credentials")} />
        </div>
        <SitePicker
          id={draft.siteId}
          name={draft.siteName}
          onSite={(siteId, siteName) => put({ siteId, siteName })}
          error={errors.site}
        />
        <ZoneField
          value={draft.zone}
          unset="As the site"
          on={now.value}
          onValue={(zone) => put({ zone })}
          error={errors.zone}
        />
        <Switch on={draft.matched} onChange={(matched) => put({ matched })}>
          Confirmed
          <span class="field-note form-switch-note">You know that this is who it says.</span>
        </Switch>
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {change ? "Save" : "Add person"}
          </Button>
          <Button onClick={onClose}>{change ? "Keep as it is" : "Not now"}</Button>
        </div>
      </form>
    </Sheet>
  );
}
