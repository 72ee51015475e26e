import { useEffect } from "preact/hooks";
import { endSession, extendSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { phoneOff } from "../../ui/icons";
import { clock, plural, zoneName } from "../logic/time";
import { endsSoon, remainingWords } from "../logic/today";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { WaitingList } from "../parts/WaitingList";
import { now } from "../state/clock";
import { useWaitingInTitle } from "../state/title";
import { useAction } from "../state/use-action";
import { useWatch } from "../state/use-watch";
import { BreakBar } from "./BreakBar";
import { PeopleHere } from "./PeopleHere";

const EXTEND_BY = [5, 10, 15];

/** The room while it is open: how long still, who waits, who is here. */
export function LiveSection({ session, onChanged }: { session: Session; onChanged(): void }) {
  const { now: watched, send } = useWatch(session.id);
  const action = useAction();
  const room = watched.room;
  useWaitingInTitle(session.id, room?.waiting.length ?? 0);
  const times = room ? { ...session, ...room.session } : session;
  const over = watched.line === "over";
  useEffect(() => {
    if (over) onChanged();
  }, [over]);
  const ends = clock(new Date(times.ends_at), session.zone);

  async function extend(minutes: number) {
    if (await action.run(() => extendSession(session.id, minutes), `Extended by ${minutes} minutes.`))
      onChanged();
  }

  async function end() {
    if (!(await action.run(() => endSession(session.id), "The session is over."))) return;
    document.getElementById("content")?.focus({ preventScroll: true }); // the button that was pressed goes away
    onChanged();
  }

  return (
    <Section title="Live">
      <div class="card live">
        <div class="live-bar">
          <p class="live-left">
            <span class="figure figure-large">{capitalized(remainingWords(times, now.value))}</span>
            <span class="muted small">
              Planned end {ends} ({zoneName(session.zone)})
            </span>
          </p>
          <div class="live-extend">
            {EXTEND_BY.map((minutes) => (
              <Button
                key={minutes}
                aria-label={`+${minutes} min: extend the session`}
                disabled={action.busy}
                onClick={() => void extend(minutes)}
              >
                +{minutes} min
              </Button>
            ))}
            <ConfirmButton
              kind="danger"
              icon={phoneOff}
              question={`This ends the session for ${plural(room?.participants.size ?? session.counts.here, "device", "devices")} in the room at once.`}
              confirm="End for everyone"
              keep="Go on"
              onConfirm={end}
            >
              End session
            </ConfirmButton>
          </div>
        </div>
        <BreakBar session={session} />
        {(watched.endingSoon || endsSoon(times, now.value)) && (
          <Banner title="The end is near">
            {`The room closes by itself at ${clock(new Date(times.closes_at), session.zone)}. Extend to keep it open.`}
          </Banner>
        )}
        <Problem words={action.problem || watched.problem} />
        <WaitingList waiting={room?.waiting ?? []} send={send} />
        {room ? (
          <PeopleHere room={room} send={send} />
        ) : (
          <p class="muted">{over ? "The room is closed." : "Connecting to the room…"}</p>
        )}
        {watched.line === "lost" && room && (
          <p class="muted small">Connecting to the room again; what you see may be old.</p>
        )}
      </div>
    </Section>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
