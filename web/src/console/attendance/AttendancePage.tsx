import { useEffect, useRef, useState } from "preact/hooks";
import { type Attendance, type PersonTime, readAttendance } from "../../api/attendance";
import { reportFiles } from "../../api/reports";
import { readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft, refreshCw, userPlus } from "../../ui/icons";
import { totalWords } from "../logic/attendance";
import { addressOf } from "../logic/route";
import { clock, lengthWords, zoneName } from "../logic/time";
import { spanWords } from "../logic/today";
import { DownloadMenu } from "../parts/DownloadMenu";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { Status } from "../parts/Status";
import { sessionTabs, Tabs } from "../parts/Tabs";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { CorrectionSheet } from "./CorrectionSheet";
import { CountsSection } from "./CountsSection";
import { PeopleTimes } from "./PeopleTimes";
import { SealSection } from "./SealSection";
import { SharedSection } from "./SharedSection";
import { StateCard } from "./StateCard";
import { WindowsSheet } from "./WindowsSheet";
import "./attendance.css";

/** How often it is looked whether the session has begun or ended; nobody's attendance is read for that. */
const SESSION_MS = 15_000;

type Doing = { readonly what: "correct"; readonly person: PersonTime | null } | { readonly what: "windows" };

/** Who was in a session, for how long, what of it counts, and putting right what is wrong. */
export function AttendancePage({ id }: { id: string }) {
  const session = useResource(id, () => readSession(id), SESSION_MS);
  const found = session.value?.value;
  return (
    <>
      <a class="back" href={addressOf({ name: "sessions" })}>
        <Icon of={arrowLeft} />
        Sessions
      </a>
      <Problem words={session.problem} retry={() => void session.reload()} />
      {found && (
        <>
          <PageHead
            title={found.title}
            mark={<Status session={found} />}
            lines={<p>{spanWords(found, now.value)}</p>}
          />
          <Tabs label="Session" tabs={sessionTabs(id)} />
          {found.status === "scheduled" || found.status === "cancelled" ? (
            <Empty title={found.status === "cancelled" ? "It did not take place" : "Not yet"}>
              {found.status === "cancelled"
                ? "The session was cancelled: nobody’s time was kept."
                : "Time is kept to the second for everybody who comes, from the moment the room opens."}
            </Empty>
          ) : (
            <Kept session={found} />
          )}
        </>
      )}
    </>
  );
}

/** The service notes every look at attendance, so it is read when somebody asks or the session ends. */
function Kept({ session }: { session: Session }) {
  const attendance = useResource(`${session.id} attendance`, () => readAttendance(session.id), null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const found = attendance.value;
  const { reload } = attendance;
  const changed = () => void reload();
  const known = useRef(session.status);
  useEffect(() => {
    if (known.current !== session.status) void reload();
    known.current = session.status;
  }, [session.status, reload]);
  return (
    <>
      <Problem words={attendance.problem} retry={changed} />
      {found && (
        <>
          <StateCard attendance={found} onChanged={changed} />
          <Section
            title="Who was there"
            actions={
              <div class="card-actions">
                {found.state === "live" && (
                  <Button kind="quiet" icon={refreshCw} onClick={changed}>
                    Read again
                  </Button>
                )}
                <Button icon={userPlus} onClick={() => setDoing({ what: "correct", person: null })}>
                  Add somebody
                </Button>
                <DownloadMenu
                  label="Download who was there"
                  files={reportFiles({ kind: "sessions", id: session.id })}
                />
              </div>
            }
          >
            <p class="muted" role="status">
              {summary(found)}
            </p>
            <PeopleTimes
              attendance={found}
              onCorrect={(person) => setDoing({ what: "correct", person })}
              onChanged={changed}
            />
          </Section>
          <SharedSection attendance={found} onChanged={changed} />
          <div class="halves">
            <CountsSection
              attendance={found}
              onWindows={() => setDoing({ what: "windows" })}
              onChanged={changed}
            />
            <SealSection attendance={found} />
          </div>
          {doing?.what === "correct" && (
            <CorrectionSheet
              key={doing.person?.person_id ?? "new"}
              attendance={found}
              person={doing.person}
              onClose={() => setDoing(null)}
              onSaved={changed}
            />
          )}
          {doing?.what === "windows" && (
            <WindowsSheet attendance={found} onClose={() => setDoing(null)} onSaved={changed} />
          )}
        </>
      )}
    </>
  );
}

/** "31 people came; 24 hours counted in all. The session counts 55 minutes. As of 12:58 (Mountain Time)." */
function summary(attendance: Attendance): string {
  const { zone } = attendance.session;
  const asOf =
    attendance.state === "live"
      ? ` As of ${clock(new Date(attendance.generated_at), zone)} (${zoneName(zone)}).`
      : ` Times are ${zoneName(zone)}.`;
  return `${totalWords(attendance)}. At most ${lengthWords(attendance.countable_seconds)} count.${asOf}`;
}
