import { readAttendance } from "../../api/sessions";
import type { PersonAttendance, Session } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { circleCheck } from "../../ui/icons";
import { attendanceWords, inOrder, totalWords } from "../logic/attendance";
import { roleWords } from "../logic/roles";
import { zoneName } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useResource } from "../state/resource";

/** Who was there, from when to when, and what is counted. */
export function AttendanceSection({ session }: { session: Session }) {
  const every = session.status === "open" ? 10_000 : 60_000;
  const attendance = useResource(`${session.id} ${session.status}`, () => readAttendance(session.id), every);
  const found = attendance.value;
  return (
    <Section title="Attendance">
      <Problem words={attendance.problem} retry={() => void attendance.reload()} />
      {found && (
        <p class="muted">
          {totalWords(found)}
          {found.people.length > 0 && `. Times are in ${zoneName(session.zone)}.`}
        </p>
      )}
      {found && found.people.length > 0 && (
        <ul class="rows panel">
          {inOrder(found.people).map((person) => (
            <AttendanceRow key={person.person_id} person={person} zone={session.zone} />
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
          <span class="row-note">Came by the public link and is not matched with a known person yet.</span>
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
