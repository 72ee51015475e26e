import { useState } from "preact/hooks";
import type { Tagged } from "../../api/http";
import { invite, listRegistrations, readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft, pencil } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { handWords } from "../logic/series-words";
import { browserZone } from "../logic/time";
import { spanWords, whenWords, yoursWords } from "../logic/today";
import { EnterButton } from "../parts/EnterButton";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Status } from "../parts/Status";
import { sessionTabs, Tabs } from "../parts/Tabs";
import { ScopeSheet } from "../series/ScopeSheet";
import { SessionSheet } from "../sessions/SessionSheet";
import { now } from "../state/clock";
import { type Resource, useResource } from "../state/resource";
import { AddPeopleSheet } from "./AddPeopleSheet";
import { AttendanceSection } from "./AttendanceSection";
import { DetailsSection } from "./DetailsSection";
import { InvitedSection } from "./InvitedSection";
import { LiveSection } from "./LiveSection";
import { PublicLinkSection } from "./PublicLinkSection";

/** Everything about one session: live first while it is on, then who is invited, who was there, and its details. */
export function SessionPage({ id }: { id: string }) {
  const session = useResource(id, () => readSession(id), 10_000);
  const invited = useResource(id, () => listRegistrations(id), 30_000);
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Tagged<Session> | null>(null);
  return (
    <>
      <a class="back" href={addressOf({ name: "sessions" })}>
        <Icon of={arrowLeft} />
        Sessions
      </a>
      <Problem words={session.problem} retry={() => void session.reload()} />
      {session.value && (
        <Found
          session={session.value.value}
          resource={session}
          invited={invited}
          onAdd={() => {
            setChanging(null);
            setAdding(true);
          }}
          onChange={() => {
            setAdding(false);
            setChanging(session.value ?? null);
          }}
        />
      )}
      {adding && session.value && (
        <AddPeopleSheet
          invite={(people, key) => invite(id, people, key)}
          already={(invited.value ?? []).map((one) => one.person)}
          onClose={() => setAdding(false)}
          onAdded={() => void invited.reload()}
        />
      )}
      {changing?.value.series_id && (
        <ScopeSheet
          session={changing.value}
          onClose={() => setChanging(null)}
          onSaved={() => void session.reload()}
        />
      )}
      {changing && !changing.value.series_id && (
        <SessionSheet
          change={{ session: changing.value, etag: changing.etag }}
          onClose={() => setChanging(null)}
          onSaved={(value, etag) => session.put({ value, etag })}
        />
      )}
    </>
  );
}

/** The series and program that a session is part of, and what it has of its own. */
function Belongs({ session }: { session: Session }) {
  const { program_id: program, program_name: name, series_id: series } = session;
  const own = handWords(session);
  if (!program) return null;
  return (
    <p class="small">
      {series ? (
        <a href={addressOf({ name: "series", id: series })}>All sessions of the series</a>
      ) : (
        <a href={addressOf({ name: "program", id: program })}>{name}</a>
      )}
      {series && name && (
        <>
          {" in "}
          <a href={addressOf({ name: "program", id: program })}>{name}</a>
        </>
      )}
      {own && <span class="muted"> {own}</span>}
    </p>
  );
}

interface FoundProps {
  session: Session;
  resource: Resource<Tagged<Session>>;
  invited: Resource<Awaited<ReturnType<typeof listRegistrations>>>;
  onAdd(): void;
  onChange(): void;
}

function Found({ session, resource, invited, onAdd, onChange }: FoundProps) {
  const open = session.status === "open";
  const coming = session.status === "scheduled";
  const yours = yoursWords(session, browserZone(), now.value);
  return (
    <>
      <PageHead
        title={session.title}
        mark={<Status session={session} />}
        lines={
          <>
            <p>{coming ? whenWords(session, now.value) : spanWords(session, now.value)}</p>
            {yours && <p class="muted small">{yours}</p>}
            <Belongs session={session} />
          </>
        }
        actions={
          (open || coming) && (
            <>
              <EnterButton session={session} kind="primary" />
              <Button icon={pencil} onClick={onChange}>
                Change
              </Button>
            </>
          )
        }
      />
      {session.status !== "cancelled" && <Tabs label="Session" tabs={sessionTabs(session.id)} />}
      {open && <LiveSection session={session} onChanged={() => void resource.reload()} />}
      <div class="columns-room">
        <div class="columns">
          <div class="column-main">
            {(open || session.status === "closed") && <AttendanceSection session={session} />}
            <InvitedSection session={session} invited={invited} onAdd={onAdd} />
          </div>
          <div class="column-side">
            <PublicLinkSection session={session} onChanged={() => void resource.reload()} />
            <DetailsSection session={session} onChanged={() => void resource.reload()} />
          </div>
        </div>
      </div>
    </>
  );
}
