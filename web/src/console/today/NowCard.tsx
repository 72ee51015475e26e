import type { Session } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { arrowRight } from "../../ui/icons";
import { timer } from "../../ui/time";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { endsSoon, remainingWords, spanWords } from "../logic/today";
import { EnterButton } from "../parts/EnterButton";
import { Problem } from "../parts/Problem";
import { Status } from "../parts/Status";
import { WaitingList } from "../parts/WaitingList";
import { now } from "../state/clock";
import { useWaitingInTitle } from "../state/title";
import { useWatch } from "../state/use-watch";

/** A session that is on: how long, how many are here, who waits. With `follow` it is live, else as last read. */
export function NowCard({ session, follow }: { session: Session; follow: boolean }) {
  const { now: watched, send } = useWatch(follow ? session.id : null);
  const room = watched.room;
  const waiting = room?.waiting.length ?? session.counts.waiting;
  useWaitingInTitle(session.id, waiting);
  const times = room ? { ...session, ...room.session } : session;
  const here = room
    ? new Set([...room.participants.values()].map((one) => one.person_id)).size
    : session.counts.here;
  const since = now.value.getTime() - Date.parse(times.starts_at);
  return (
    <article class="card now-card">
      <div class="now-head">
        <h3 class="now-title">
          <a href={addressOf({ name: "session", id: session.id })}>{times.title}</a>
        </h3>
        <p class="now-facts">
          <Status session={session} />
          {since >= 0 && <span class="figure">{timer(since)}</span>}
          <span class="figure">{plural(here, "person here", "people here")}</span>
          <span class={endsSoon(times, now.value) ? "strong" : "muted"}>
            {remainingWords(times, now.value)}
          </span>
        </p>
        <p class="muted small">{spanWords({ ...session, ends_at: times.ends_at }, now.value)}</p>
      </div>
      <WaitingList waiting={room?.waiting ?? []} send={send} />
      {!follow && waiting > 0 && (
        <p class="waiting">
          {plural(waiting, "person waits", "people wait")} to be let in: open People and controls.
        </p>
      )}
      <Problem words={watched.problem} />
      {watched.line === "lost" && (
        <p class="muted small">Connecting to the room again; what you see may be old.</p>
      )}
      <div class="card-actions">
        <EnterButton session={session} kind="primary" />
        <a class="button" href={addressOf({ name: "session", id: session.id })}>
          People and controls
          <Icon of={arrowRight} />
        </a>
      </div>
    </article>
  );
}
