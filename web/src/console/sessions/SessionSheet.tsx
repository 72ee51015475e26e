import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { ApiError, wordsOf } from "../../api/problem";
import { listPrograms } from "../../api/programs";
import { changeSession, createSession, readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { announce } from "../../ui/LiveRegion";
import { Select } from "../../ui/Select";
import { Sheet } from "../../ui/Sheet";
import {
  changedFields,
  checkDraft,
  type Draft,
  type DraftErrors,
  draftOf,
  FORM_FIELD,
  fieldsOf,
  newDraft,
  rebase,
} from "../logic/session-form";
import { browserZone, plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { SessionFields } from "./SessionFields";

const MOST_PROGRAMS = 200;

export interface SessionSheetProps {
  /** The session to change with the tag of the state shown; without it a new one is made. */
  change?: { session: Session; etag: string };
  /** Filled in as whom to ask for help. */
  contact?: string;
  /** Filled in as the day of a new session. */
  day?: string;
  onClose(): void;
  onSaved(session: Session, etag: string): void;
}

/** The side sheet that makes or changes a session. */
export function SessionSheet({ change, contact, day, onClose, onSaved }: SessionSheetProps) {
  const [draft, setDraft] = useState<Draft>(() =>
    change
      ? draftOf(change.session)
      : { ...newDraft(browserZone(), now.value, contact), ...(day ? { date: day } : {}) },
  );
  const [base, setBase] = useState(change);
  const [errors, setErrors] = useState<DraftErrors>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [program, setProgram] = useState("");
  const [notify, setNotify] = useState(true);
  /** How many people hear of a change by mail: those of a program's session that is still to come. */
  const written =
    base?.session.program_id && base.session.status === "scheduled" ? base.session.counts.registered : 0;
  const attempt = useRef(new Attempt()).current;

  async function save() {
    const wrong = checkDraft(draft);
    setErrors(wrong);
    setProblem("");
    if (Object.keys(wrong).length > 0) return focusFirstError();
    setBusy(true);
    try {
      const saved = await sent();
      if (saved) onSaved(saved.value, saved.etag);
      announce(change ? "The changes are saved." : "The session is created.");
      onClose();
    } catch (error) {
      if (noticeSignedOut(error)) return;
      if (base && error instanceof ApiError && error.status === 412) await meet(base.session);
      else show(error);
    } finally {
      setBusy(false);
    }
  }

  function sent() {
    if (!base) return createSession(fieldsOf(draft), program, attempt.keyFor([program, draft]));
    const fields = changedFields(base.session, draft);
    if (Object.keys(fields).length === 0) return null;
    return changeSession(base.session.id, written ? { ...fields, notify } : fields, base.etag);
  }

  /** Somebody else changed the session since the form was opened: their changes come in, what was typed stays. */
  async function meet(before: Session) {
    try {
      const newest = await readSession(before.id);
      setDraft(rebase(before, draft, newest.value));
      setBase({ session: newest.value, etag: newest.etag });
      setProblem(
        "Somebody changed this session meanwhile. The form shows it now, with what you typed. Look, then save.",
      );
    } catch (error) {
      show(error);
    }
  }

  function show(error: unknown) {
    const refused = error instanceof ApiError ? error : null;
    const found: Partial<Record<keyof Draft, string>> = {};
    for (const [field, place] of Object.entries(FORM_FIELD)) {
      const said = refused?.forField(field);
      if (said) found[place] = said;
    }
    setErrors(found);
    const rest = refused?.notIn(Object.keys(FORM_FIELD)) ?? [];
    setProblem(Object.keys(found).length > 0 ? rest.join(" ") : [wordsOf(error), ...rest].join(" "));
    if (Object.keys(found).length > 0) focusFirstError();
  }

  return (
    <Sheet title={change ? "Change session" : "New session"} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <SessionFields
          draft={draft}
          errors={errors}
          settled={base?.session.status === "open"}
          onChange={(part) => setDraft({ ...draft, ...part })}
        />
        {!base && <ProgramChoice value={program} onValue={setProgram} />}
        {written > 0 && (
          <Check on={notify} onChange={setNotify}>
            Write to the {plural(written, "registered person", "registered people")}
          </Check>
        )}
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {change ? "Save" : "Create session"}
          </Button>
          <Button onClick={onClose}>{change ? "Keep as it was" : "Not now"}</Button>
        </div>
      </form>
    </Sheet>
  );
}

/** In which program a new session is; nothing where there are no programs. */
function ProgramChoice({ value, onValue }: { value: string; onValue(id: string): void }) {
  const programs = useResource("programs", () => listPrograms({ limit: MOST_PROGRAMS }), null);
  const items = (programs.value?.items ?? []).filter((program) => !program.archived_at);
  if (items.length === 0) return null;
  return (
    <Select
      label="Program"
      note="Who is registered for all of a program is registered for its sessions too."
      options={[{ value: "", label: "None" }, ...items.map(({ id, name }) => ({ value: id, label: name }))]}
      value={value}
      onValue={onValue}
    />
  );
}

/** After the errors are on screen, the first field with one gets the focus and its error is read out. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus());
}
