import { restoreSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { pencil, x } from "../../ui/icons";
import { shortDay } from "../logic/days";
import { wallClock } from "../logic/preview";
import { addressOf } from "../logic/route";
import { handWords } from "../logic/series-words";
import { browserZone, plural, zoneName } from "../logic/time";
import { yoursWords } from "../logic/today";
import { listKeys } from "../parts/list-keys";
import { Section } from "../parts/Section";
import { Status } from "../parts/Status";
import { now } from "../state/clock";
import { RestoreButton } from "./RestoreButton";

export interface SessionsSectionProps {
  sessions: readonly Session[] | undefined;
  onChange(session: Session): void;
  onCancel(session: Session): void;
  onChanged(): void;
}

/** The sessions of a series: those to come, then, folded away, those that are over. */
export function SessionsSection({ sessions, onChange, onCancel, onChanged }: SessionsSectionProps) {
  if (!sessions) return null;
  const past = sessions.filter(
    (one) => one.status === "closed" || Date.parse(one.ends_at) < now.value.getTime(),
  );
  const coming = sessions.filter((one) => !past.includes(one));
  const planned = coming.filter((one) => one.status !== "cancelled");
  const rows = (items: readonly Session[]) =>
    items.map((session) => (
      <Row key={session.id} session={session} onChange={onChange} onCancel={onCancel} onChanged={onChanged} />
    ));
  return (
    <Section title="Sessions" aside={`${plural(planned.length, "session")} to come`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead through the sessions */}
      <div class="list-page" onKeyDown={listKeys}>
        {coming.length > 0 && <ul class="rows panel">{rows(coming)}</ul>}
        {coming.length === 0 && <p class="muted">Nothing is to come. Change the series to add dates.</p>}
        {past.length > 0 && (
          <details class="more past">
            <summary>{plural(past.length, "past session")}</summary>
            <ul class="rows panel">{rows([...past].reverse())}</ul>
          </details>
        )}
      </div>
    </Section>
  );
}

function Row(props: { session: Session } & Omit<SessionsSectionProps, "sessions">) {
  const { session, onChange, onCancel, onChanged } = props;
  const day = shortDay(session.starts_local.slice(0, 10), true);
  const cancelled = session.status === "cancelled";
  const yours = yoursWords(session, browserZone(), now.value);
  const notes = [yours, handWords(session), cancelled ? (session.cancel_reason ?? "") : ""].filter(Boolean);
  const restorable = cancelled && Date.parse(session.starts_at) > now.value.getTime();

  return (
    <li class="row row-link">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "session", id: session.id })}>
          {cancelled ? <s>{day}</s> : day}
          <span class="row-about series-when">
            {wallClock(session.starts_local)}, {plural(session.duration_minutes, "minute")} (
            {zoneName(session.zone)})
          </span>
        </a>
        {notes.map((note) => (
          <span key={note} class="row-note small">
            {note}
          </span>
        ))}
      </div>
      {session.status !== "scheduled" && <Status session={session} />}
      <div class="row-actions">
        {session.status === "scheduled" && (
          <>
            <Button
              kind="quiet"
              icon={pencil}
              aria-label={`Change ${day}`}
              title="Change"
              onClick={() => onChange(session)}
            />
            <Button
              kind="quiet"
              icon={x}
              aria-label={`Cancel ${day}`}
              title="Cancel"
              onClick={() => onCancel(session)}
            />
          </>
        )}
        {restorable && (
          <RestoreButton
            what="session"
            short={{ words: "Restore", label: `Restore ${day}` }}
            people={session.counts.registered}
            work={(notify) => restoreSession(session.id, notify)}
            onDone={onChanged}
          />
        )}
      </div>
    </li>
  );
}
