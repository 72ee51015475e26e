import { useState } from "preact/hooks";
import type { Attendance } from "../../api/attendance";
import { type CheckIn, checkOutByHand, type Gathering, listGatherings } from "../../api/gatherings";
import { Button } from "../../ui/Button";
import { userMinus, userPlus } from "../../ui/icons";
import { clock, plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { ReasonForm } from "../parts/ReasonForm";
import { Section } from "../parts/Section";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { CheckInSheet } from "./CheckInSheet";

export interface SharedSectionProps {
  attendance: Attendance;
  onChanged(): void;
}

/** Cameras that several people shared: who checked in, who never said that they were still there. */
export function SharedSection({ attendance, onChanged }: SharedSectionProps) {
  const { session, state } = attendance;
  // Read again with the attendance itself, of which it is a part.
  const key = `${session.id} gatherings ${attendance.generated_at}`;
  const gatherings = useResource(key, () => listGatherings(session.id), null);
  const [adding, setAdding] = useState<Gathering | null>(null);
  const found = gatherings.value ?? [];
  if (found.length === 0) return <Problem words={gatherings.problem} />;
  return (
    <Section title="Shared cameras">
      {found.map((one) => (
        <Camera
          key={one.id}
          gathering={one}
          zone={session.zone}
          live={state === "live"}
          onAdd={() => setAdding(one)}
          onChanged={onChanged}
        />
      ))}
      {adding && (
        <CheckInSheet
          key={adding.id}
          session={session.id}
          gathering={adding}
          onClose={() => setAdding(null)}
          onSaved={onChanged}
        />
      )}
    </Section>
  );
}

interface CameraProps {
  gathering: Gathering;
  zone: string;
  live: boolean;
  onAdd(): void;
  onChanged(): void;
}

function Camera({ gathering, zone, live, onAdd, onChanged }: CameraProps) {
  const { host, site, check_ins: checkIns } = gathering;
  const unanswered = checkIns.filter((one) => one.unanswered).length;
  const lines = [
    site?.name ?? "",
    live && !gathering.host_here ? "not in the room now: nobody’s time runs" : "",
    unanswered > 0 ? `${plural(unanswered, "person has", "people have")} not said whether still there` : "",
  ].filter(Boolean);
  return (
    <article class="card" aria-label={`Camera of ${host.name}`}>
      <div class="camera-head">
        <div class="row-main">
          <h3>{host.name}</h3>
          {lines.length > 0 && <span class="row-note">{lines.join(", ")}</span>}
        </div>
        {live && (
          <Button icon={userPlus} aria-label={`Add somebody at ${host.name}`} onClick={onAdd}>
            Add
          </Button>
        )}
      </div>
      {checkIns.length === 0 ? (
        <p class="muted">Nobody has checked in here.</p>
      ) : (
        <ul class="rows">
          {checkIns.map((one) => (
            <CheckInRow key={one.id} checkIn={one} zone={zone} live={live} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </article>
  );
}

const WAYS = { screen: "on its screen", phone: "on a phone", hand: "by hand" } as const;

function CheckInRow(props: { checkIn: CheckIn; zone: string; live: boolean; onChanged(): void }) {
  const { checkIn, zone, live, onChanged } = props;
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const times = [
    `checked in ${clock(new Date(checkIn.at), zone)} ${WAYS[checkIn.way]}`,
    checkIn.out_at ? `out ${clock(new Date(checkIn.out_at), zone)}` : "",
  ].filter(Boolean);

  async function out(reason: string) {
    const work = () => checkOutByHand(checkIn.id, reason);
    if (!(await action.run(work, `${checkIn.name} is checked out.`))) return;
    setAsking(false);
    onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">{checkIn.name}</span>
        <span class="row-note">{times.join(", ")}</span>
      </div>
      {checkIn.unanswered && <span class="status">Not answered</span>}
      {!checkIn.matched && <span class="status">Not yet known</span>}
      {live && checkIn.out_at === null && !asking && (
        <Button
          kind="quiet"
          icon={userMinus}
          aria-label={`Check ${checkIn.name} out`}
          title="Check out"
          onClick={() => setAsking(true)}
        />
      )}
      {asking && (
        <ReasonForm
          label="Why are they checked out?"
          confirm="Check out"
          busy={action.busy}
          problem={action.problem}
          onReason={(reason) => void out(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
