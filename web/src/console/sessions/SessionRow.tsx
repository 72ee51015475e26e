import type { Session } from "../../api/types";
import { addressOf } from "../logic/route";
import { browserZone } from "../logic/time";
import { countWords, spanWords, whenWords, yoursWords } from "../logic/today";
import { Status } from "../parts/Status";
import { now } from "../state/clock";

/** A session in a list: one link that names it, when it is and how it stands. */
export function SessionRow({ session }: { session: Session }) {
  const when = session.status === "scheduled" ? whenWords(session, now.value) : spanWords(session, now.value);
  const program = session.program_name !== session.title ? session.program_name : null;
  const yours = yoursWords(session, browserZone(), now.value);
  return (
    <li class="row row-link">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "session", id: session.id })}>
          {session.title}
        </a>
        <span class="row-note">
          {program && `${program}: `}
          {when}
          {yours && <span class="row-yours">{yours}</span>}
        </span>
      </div>
      <div class="row-end">
        <Status session={session} />
        <span class="muted small">{countWords(session)}</span>
      </div>
    </li>
  );
}
