import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { listUndecided } from "../../api/registrations";
import { listSessions } from "../../api/sessions";
import type { Account, Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { contactOf } from "../logic/session-form";
import { browserZone, zoneName } from "../logic/time";
import { agendaOf, whenWords } from "../logic/today";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { SessionRow } from "../sessions/SessionRow";
import { SessionSheet } from "../sessions/SessionSheet";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { Attention, useAttention } from "./Attention";
import { Notices } from "./Notices";
import { NowCard } from "./NowCard";
import { UndecidedList } from "./Undecided";
import { Visitors } from "./Visitors";

const NEXT_SHOWN = 6;
/** So many open sessions are followed live; each is a socket. */
const FOLLOWED = 6;
const LIMIT = 100;
const SOON_MS = 8 * 86_400_000;

/** What is open and what comes next. The service lists the latest start first, so the nearest need a bound. */
async function load(): Promise<readonly Session[]> {
  const soon = new Date(Date.now() + SOON_MS).toISOString();
  const [open, near] = await Promise.all([
    listSessions({ status: "open", limit: LIMIT }),
    listSessions({ status: "scheduled", to: soon, limit: LIMIT }),
  ]);
  const next = near.items.length > 0 ? near : await listSessions({ status: "scheduled", limit: LIMIT });
  return [...open.items, ...next.items];
}

/** "What needs me now?" */
export function TodayPage({ account }: { account: Account }) {
  const sessions = useResource("today", load, 10_000);
  const undecided = useResource("undecided", listUndecided, 30_000);
  const attention = useAttention();
  const [creating, setCreating] = useState(false);
  const agenda = agendaOf(sessions.value ?? []);
  const nothing = sessions.value !== undefined && agenda.now.length + agenda.next.length === 0;
  const quiet = agenda.now.length + attention.length === 0 && undecided.value?.length === 0;
  const create = (kind: "plain" | "primary") => (
    <Button icon={plus} kind={kind} onClick={() => setCreating(true)}>
      New session
    </Button>
  );
  return (
    <>
      <PageHead
        title="Today"
        lines={<p class="muted">{todayWords(now.value)}</p>}
        actions={!nothing && create(agenda.now.length > 0 ? "plain" : "primary")}
      />
      <Problem words={sessions.problem} retry={() => void sessions.reload()} />
      {sessions.value && (
        <>
          {agenda.now.length > 0 && (
            <Section title="Now">
              <div class="cards">
                {agenda.now.map((session, index) => (
                  <NowCard key={session.id} session={session} follow={index < FOLLOWED} />
                ))}
              </div>
            </Section>
          )}
          <UndecidedList items={undecided.value ?? []} />
          <Visitors />
          <Attention words={attention} />
          <Notices />
          {nothing && <FirstSteps create={create("primary")} />}
          <Next sessions={agenda.next.slice(0, NEXT_SHOWN)} quiet={quiet} />
        </>
      )}
      {creating && (
        <SessionSheet
          contact={contactOf(account)}
          onClose={() => setCreating(false)}
          onSaved={(session) => goTo({ name: "session", id: session.id })}
        />
      )}
    </>
  );
}

/** What to do first, while there is nothing to show. */
function FirstSteps({ create }: { create: ComponentChildren }) {
  return (
    <Empty
      title="Nothing is planned"
      action={
        <div class="card-actions">
          {create}
          <a class="button" href={addressOf({ name: "programs" })}>
            New program
          </a>
          <a class="button" href="/practice">
            Test your device
          </a>
        </div>
      }
    >
      Create a session: say when it starts, then invite people. Its room opens and closes by itself. For
      sessions that come again and again, make a program.
    </Empty>
  );
}

/** `quiet`: nothing else is on or waits. */
function Next({ sessions, quiet }: { sessions: readonly Session[]; quiet: boolean }) {
  if (sessions.length === 0) return null;
  const first = sessions[0];
  return (
    <Section title="Next" actions={<a href={addressOf({ name: "sessions" })}>All sessions</a>}>
      {quiet && first && (
        <p class="lead">Nothing needs you now. {`${first.title}: ${whenWords(first, now.value)}.`}</p>
      )}
      <ul class="rows panel">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </Section>
  );
}

/** "Saturday, November 21 where you are (Mountain Time)". */
function todayWords(at: Date): string {
  const date = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric" }).format(
    at,
  );
  return `${date} where you are (${zoneName(browserZone())})`;
}
