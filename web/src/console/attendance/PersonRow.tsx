import { useState } from "preact/hooks";
import { type Attendance, type Correction, type PersonTime, undoCorrection } from "../../api/attendance";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { chevronDown, circleCheck, pencil } from "../../ui/icons";
import {
  attendanceWords,
  correctionTitle,
  correctionWords,
  originalWords,
  shareWords,
  wayWords,
} from "../logic/attendance";
import { stampWords } from "../logic/registrations";
import { roleWords } from "../logic/roles";
import { addressOf } from "../logic/route";
import type { Span } from "../logic/spans";
import { ReasonForm } from "../parts/ReasonForm";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { Timeline } from "./Timeline";

export interface PersonRowProps {
  attendance: Attendance;
  person: PersonTime;
  frame: Span;
  breaks: readonly Span[];
  /** The time that the picture shows. */
  shownAt: Date;
  onCorrect(): void;
  onChanged(): void;
}

/** One person: what counts, as a figure and a picture; on asking when they came and went, and each correction. */
export function PersonRow(props: PersonRowProps) {
  const { attendance, person, frame, breaks, shownAt, onCorrect, onChanged } = props;
  const [open, setOpen] = useState(false);
  const { zone } = attendance.session;
  const words = attendanceWords(person, zone);
  const role = person.role === "participant" ? person.profession : roleWords(person.role);
  const about = [role, wayWords(person)].filter(Boolean).join(", ");
  return (
    <li class="time-row">
      <div class="time-who">
        <button type="button" class="row-button" data-row aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="row-title">{person.name}</span>
          <Icon of={chevronDown} class={open ? "row-opener row-opened" : "row-opener"} />
        </button>
        {about && <span class="row-note small">{capital(about)}</span>}
        <Marks person={person} />
      </div>
      <Timeline person={person} frame={frame} breaks={breaks} now={shownAt} words={words} />
      <span class="time-counted figure">
        {shareWords(person.counted_seconds, attendance.countable_seconds)}
      </span>
      {open && (
        <div class="time-more">
          <p>{capital(words)}</p>
          {originalWords(person) && <p class="muted">{capital(originalWords(person))}</p>}
          {!person.matched && (
            <p class="muted">
              Not yet known: name and e-mail are the visitor’s own word. The time is kept; credit waits until{" "}
              <a href={addressOf({ name: "unmatched", session: attendance.session.id })}>you say who it is</a>
              .
            </p>
          )}
          {person.corrections.length > 0 && (
            <ul class="corrections">
              {person.corrections.map((one) => (
                <CorrectionItem
                  key={one.id}
                  sessionId={attendance.session.id}
                  correction={one}
                  zone={zone}
                  onChanged={onChanged}
                />
              ))}
            </ul>
          )}
          <div class="card-actions">
            <Button icon={pencil} aria-label={`Correct the time of ${person.name}`} onClick={onCorrect}>
              Correct
            </Button>
            <a class="button button-quiet" href={addressOf({ name: "person", id: person.person_id })}>
              Open person
            </a>
          </div>
        </div>
      )}
    </li>
  );
}

/** What sets somebody apart, in words. */
function Marks({ person }: { person: PersonTime }) {
  if (!person.here && !person.corrected && person.matched) return null;
  return (
    <span class="time-marks">
      {person.here && (
        <span class="time-here">
          <Icon of={circleCheck} />
          Here now
        </span>
      )}
      {person.corrected && <span class="status">Corrected</span>}
      {!person.matched && <span class="status">Not yet known</span>}
    </span>
  );
}

interface CorrectionItemProps {
  sessionId: string;
  correction: Correction;
  zone: string;
  onChanged(): void;
}

/** "12:00 to 12:04 added, corrected by ... because ...", and the way to take it back. */
function CorrectionItem({ sessionId, correction, zone, onChanged }: CorrectionItemProps) {
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const title = correctionTitle(correction, zone);

  async function undo(reason: string) {
    const work = () => undoCorrection(sessionId, correction.id, reason);
    if (!(await action.run(work, "The correction is taken back."))) return;
    setAsking(false);
    onChanged();
  }

  return (
    <li class="correction">
      <div class="row-main">
        <span class="row-title">{correction.undone ? <s>{title}</s> : title}</span>
        <span class="row-note">
          {correctionWords(correction)}, {stampWords(correction.at, zone, now.value)}
          {correction.undone &&
            `; taken back by ${correction.undone_by || "the service"} because: ${correction.undo_reason}`}
        </span>
      </div>
      {!correction.undone && !asking && (
        <Button kind="quiet" aria-label={`Take back: ${title}`} onClick={() => setAsking(true)}>
          Take back…
        </Button>
      )}
      {asking && (
        <ReasonForm
          label="Why is it taken back?"
          confirm="Take back"
          busy={action.busy}
          problem={action.problem}
          onReason={(reason) => void undo(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
