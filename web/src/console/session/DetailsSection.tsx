import { useState } from "preact/hooks";
import { openSession, restoreSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { doorOpen } from "../../ui/icons";
import { capital, clock, dayAndClock, plural, zoneName } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { CancelSheet } from "../series/CancelSheet";
import { RestoreButton } from "../series/RestoreButton";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";

/** What was set for the session, opening it early and cancelling it. */
export function DetailsSection({ session, onChanged }: { session: Session; onChanged(): void }) {
  const action = useAction();
  const [cancelling, setCancelling] = useState(false);

  async function run(work: () => Promise<unknown>, said: string) {
    if (!(await action.run(work, said))) return;
    document.getElementById("content")?.focus({ preventScroll: true }); // the button that was pressed goes away
    onChanged();
  }

  return (
    <Section title="Details">
      <div class="card">
        <dl class="facts">
          {factsOf(session, now.value).map(([term, words]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        {session.status === "scheduled" && (
          <div class="card-actions">
            <Button
              icon={doorOpen}
              disabled={action.busy}
              onClick={() => void run(() => openSession(session.id), "The room is open.")}
            >
              Open room now
            </Button>
            <Button onClick={() => setCancelling(true)}>Cancel session…</Button>
          </div>
        )}
        {session.status === "cancelled" && Date.parse(session.starts_at) > now.value.getTime() && (
          <div class="card-actions">
            <RestoreButton
              what="session"
              people={session.counts.registered}
              work={(notify) => restoreSession(session.id, notify)}
              onDone={() => {
                document.getElementById("content")?.focus({ preventScroll: true });
                onChanged();
              }}
            />
          </div>
        )}
        <Problem words={action.problem} />
      </div>
      {cancelling && (
        <CancelSheet session={session} onClose={() => setCancelling(false)} onDone={onChanged} />
      )}
    </Section>
  );
}

function factsOf(session: Session, at: Date): [string, string][] {
  const { zone } = session;
  const time = (instant: string) => dayAndClock(new Date(instant), zone, at);
  const facts: [string, string][] = [
    ["Starts", `${capital(time(session.starts_at))} (${zoneName(zone)})`],
    ["Length", lengthOf(session)],
    ["Room", roomWords(session, time)],
    ["Waiting room", session.lobby ? "on, for visitors of the public link" : "off"],
  ];
  if (session.cancel_reason) facts.unshift(["Cancelled because", session.cancel_reason]);
  if (session.contact) facts.push(["Help", session.contact]);
  if (session.description) facts.push(["Description", session.description]);
  return facts;
}

function lengthOf(session: Session): string {
  const planned = plural(session.duration_minutes, "minute");
  return session.extended_minutes ? `${planned}, extended by ${session.extended_minutes}` : planned;
}

function roomWords(session: Session, time: (instant: string) => string): string {
  if (session.status === "closed" && session.opened_at && session.closed_at) {
    return `was open from ${time(session.opened_at)} to ${clock(new Date(session.closed_at), session.zone)}`;
  }
  if (session.status === "closed") return "never opened";
  if (session.status === "cancelled") return "stays closed";
  const opens = session.status === "open" ? "open" : `opens ${time(session.opens_at)}`;
  return `${opens}, closes by itself ${time(session.closes_at)}`;
}
