import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { type Attendance, correct, type PersonTime, type Whom } from "../../api/attendance";
import { ApiError, wordsOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { announce } from "../../ui/LiveRegion";
import { Sheet } from "../../ui/Sheet";
import { TextArea } from "../../ui/TextArea";
import { attendanceWords, countedAfter, shareWords } from "../logic/attendance";
import { correctionOf, readTimes, type Times, timeField } from "../logic/correction";
import { countable } from "../logic/spans";
import { clock } from "../logic/time";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { NOBODY, PersonField, type Somebody, whomOf } from "./PersonField";
import { TimesFields } from "./TimesFields";

export interface CorrectionSheetProps {
  attendance: Attendance;
  /** Whose time is corrected; null for somebody who is not on the list. */
  person: PersonTime | null;
  onClose(): void;
  onSaved(): void;
}

type Action = "add" | "strike";

/** Adds time that somebody was there, or removes time that they were not; always with the reason. */
export function CorrectionSheet({ attendance, person, onClose, onSaved }: CorrectionSheetProps) {
  const { session } = attendance;
  const { zone } = session;
  const [action, setAction] = useState<Action>("add");
  const [somebody, setSomebody] = useState<Somebody>(NOBODY);
  const [times, setTimes] = useState<Times>(() => wholeSession(attendance));
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<Readonly<Record<string, string | undefined>>>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const shownAt = new Date(attendance.generated_at);
  const read = readTimes(times, zone, new Date(session.starts_at));
  useUnsaved(reason.trim() !== "" || somebody.name !== "");

  function choose(next: Action) {
    setAction(next);
    const stay = person?.intervals.at(-1);
    const was = stay
      ? { from: timeField(stay.joined_at, zone), until: timeField(stay.left_at ?? shownAt, zone) }
      : null;
    setTimes(next === "strike" && was ? was : wholeSession(attendance));
  }

  async function save() {
    const whom: Whom | string = person ? { person_id: person.person_id } : whomOf(somebody);
    const wrong: Record<string, string | undefined> = "errors" in read ? { ...read.errors } : {};
    if (typeof whom === "string") wrong.person = whom;
    if (!reason.trim()) wrong.reason = "Say why; whoever looks at it later reads it.";
    setErrors(wrong);
    setProblem("");
    if (Object.values(wrong).some(Boolean) || "errors" in read || typeof whom === "string")
      return focusError();
    const wish = correctionOf(action, read.span, reason);
    setBusy(true);
    try {
      await correct(session.id, whom, wish, attempt.keyFor({ whom, wish }));
      attempt.done();
      unsaved.value = false;
      announce(`The time of ${person?.name ?? somebody.name} is corrected.`);
      onSaved();
      onClose();
    } catch (error) {
      if (!noticeSignedOut(error)) show(error);
    } finally {
      setBusy(false);
    }
  }

  function show(error: unknown) {
    const refused = error instanceof ApiError ? error : null;
    const shown = ["from", "until", "reason"];
    const found = Object.fromEntries(shown.map((name) => [name, refused?.forField(name)]));
    setErrors(found);
    const beside = Object.values(found).some(Boolean);
    setProblem([beside ? "" : wordsOf(error), ...(refused?.notIn(shown) ?? [])].filter(Boolean).join(" "));
    if (beside) focusError();
  }

  return (
    <Sheet title={person ? `Correct ${person.name}` : "Add somebody"} onClose={() => leave(onClose)}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {person ? (
          <>
            <p class="muted">Now: {attendanceWords(person, zone)}.</p>
            <fieldset class="segments segments-wide">
              <legend class="visually-hidden">What is wrong</legend>
              <label>
                <input type="radio" name="action" checked={action === "add"} onChange={() => choose("add")} />
                Add time
              </label>
              <label>
                <input
                  type="radio"
                  name="action"
                  checked={action === "strike"}
                  onChange={() => choose("strike")}
                />
                Remove time
              </label>
            </fieldset>
          </>
        ) : (
          <PersonField somebody={somebody} onChange={setSomebody} error={errors.person} />
        )}
        <TimesFields times={times} zone={zone} onTimes={setTimes} errors={errors} />
        <Stays person={action === "strike" ? person : null} zone={zone} now={shownAt} onTimes={setTimes} />
        <TextArea
          label="Why"
          note="Kept with the correction and shown with the report."
          value={reason}
          onValue={setReason}
          error={errors.reason}
          maxLength={500}
        />
        {"span" in read && (
          <p class="form-summary" role="status">
            {after(
              attendance,
              person,
              countedAfter(person, { action, span: read.span }, countable(attendance, shownAt), shownAt),
            )}
          </p>
        )}
        {attendance.state === "final" && (
          <p class="muted">The attendance is final: the scheduling system is told of this at once.</p>
        )}
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {action === "add" ? "Add time" : "Remove time"}
          </Button>
          <Button onClick={() => leave(onClose)}>Keep as it was</Button>
        </div>
      </form>
    </Sheet>
  );
}

/** Each stay as a button, so that exactly it can be removed. */
function Stays(props: { person: PersonTime | null; zone: string; now: Date; onTimes(times: Times): void }) {
  const { person, zone, now, onTimes } = props;
  if (!person || person.intervals.length < 2) return null;
  return (
    <div class="form-actions">
      {person.intervals.map((stay) => {
        const from = new Date(stay.joined_at);
        const until = stay.left_at ? new Date(stay.left_at) : now;
        return (
          <Button
            key={stay.joined_at}
            class="chip"
            onClick={() => onTimes({ from: timeField(from, zone), until: timeField(until, zone) })}
          >
            {clock(from, zone)} to {clock(until, zone)}
          </Button>
        );
      })}
    </div>
  );
}

/** All that counts of the session, so far. */
function wholeSession({ session, windows, state, generated_at }: Attendance): Times {
  const from = windows[0]?.from ?? session.starts_at;
  const end = windows.at(-1)?.until ?? session.ends_at;
  const until = state === "live" && end > generated_at ? generated_at : end;
  return { from: timeField(from, session.zone), until: timeField(until, session.zone) };
}

function after(attendance: Attendance, person: PersonTime | null, seconds: number): string {
  const before = person?.counted_seconds ?? 0;
  const share = shareWords(seconds, attendance.countable_seconds);
  if (Math.abs(seconds - before) < 1) return `It stays ${share}: nothing more or less counts.`;
  if (!person) return `Then ${share} count.`;
  return `Then ${share} count, instead of ${shareWords(before, attendance.countable_seconds)}.`;
}

function focusError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus());
}
