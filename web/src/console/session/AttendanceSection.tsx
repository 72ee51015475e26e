import { useState } from "preact/hooks";
import { readAttendance } from "../../api/sessions";
import type { PersonAttendance, Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { circleCheck, refreshCw } from "../../ui/icons";
import { attendanceWords, inOrder, totalWords } from "../logic/attendance";
import { roleWords } from "../logic/roles";
import { clock, zoneName } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useResource } from "../state/resource";

/**
 * Who was there, from when to when, and what is counted. The service notes every look at it, so it is read when
 * somebody asks and never by itself; after the session it is what the page is opened for.
 */
export function AttendanceSection({ session }: { session: Session }) {
  const [asked, setAsked] = useState(false);
  if (session.status === "closed" || asked) return <Attendance session={session} />;
  return (
    <Section title="Attendance" actions={<Button onClick={() => setAsked(true)}>Show attendance</Button>}>
      <p class="muted">Kept to the second for everybody who comes; complete when the session ends.</p>
    </Section>
  );
}

function Attendance({ session }: { session: Session }) {
  const attendance = useResource(`${session.id} ${session.status}`, () => readAttendance(session.id), null);
  const found = attendance.value;
  const { zone } = session;
  const again = (
    <Button kind="quiet" icon={refreshCw} onClick={() => void attendance.reload()}>
      Read again
    </Button>
  );
  return (
    <Section title="Attendance" actions={session.status === "open" && again}>
      <Problem words={attendance.problem} retry={() => void attendance.reload()} />
      {found && (
        <p class="muted" role="status">
          {totalWords(found)}. As of {clock(new Date(found.generated_at), zone)} ({zoneName(zone)}).
        </p>
      )}
      {found && found.people.length > 0 && (
        <ul class="rows panel">
          {inOrder(found.people).map((person) => (
            <AttendanceRow key={person.person_id} person={person} zone={zone} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function AttendanceRow({ person, zone }: { person: PersonAttendance; zone: string }) {
  const role = person.role === "participant" ? person.profession : roleWords(person.role);
  const about = [person.site, role].filter(Boolean).join(", ");
  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">
          {person.name}
          {about && <span class="row-about">{about}</span>}
        </span>
        <span class="row-note">{attendanceWords(person, zone)}</span>
        {!person.matched && (
          <span class="row-note">Came by the public link: name and e-mail are the visitor’s own word.</span>
        )}
      </div>
      {person.here && (
        <span class="row-here">
          <Icon of={circleCheck} />
          <span>Here now</span>
        </span>
      )}
    </li>
  );
}
