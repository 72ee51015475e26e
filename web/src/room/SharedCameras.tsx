import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import type { CheckIn, Gathering, PersonHere, Somebody } from "../api/shared-camera";
import { PickPerson } from "../here/PickPerson";
import { SomebodyForm } from "../here/SomebodyForm";
import { useSession } from "../session/SessionContext";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { userMinus, userPlus } from "../ui/icons";
import "./company.css";

type Asking = { gathering: Gathering; one: CheckIn | null };

/** For facilitators: who is in front of shared cameras, and the ways to put it right by hand. */
export function SharedCameras() {
  const { company } = useSession();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [reason, setReason] = useState("");
  const asked = useRef("");
  useEffect(() => company.watch(), [company]);
  const gatherings = company.everywhere.value;
  if (gatherings.length === 0) return null;

  /** A reason that was typed is still there where the same is asked again. */
  function ask(next: Asking) {
    if (asked.current !== keyOf(next)) setReason("");
    asked.current = keyOf(next);
    setAsking(next);
  }

  return (
    <section class="side-section" aria-labelledby="shared-cameras">
      <h3 id="shared-cameras">Shared cameras</h3>
      {gatherings.map((gathering) => (
        <Camera
          key={gathering.id}
          gathering={gathering}
          onAdd={() => ask({ gathering, one: null })}
          onOut={(one) => ask({ gathering, one })}
        />
      ))}
      {asking && (
        <ByHand
          asking={asking}
          reason={reason}
          onReason={setReason}
          onClose={() => setAsking(null)}
          onDone={() => {
            asked.current = "";
            setAsking(null);
          }}
        />
      )}
    </section>
  );
}

function Camera(props: { gathering: Gathering; onAdd(): void; onOut(one: CheckIn): void }) {
  const { gathering, onAdd, onOut } = props;
  const here = gathering.check_ins.filter((one) => !one.out_at);
  const name = gathering.host.name;
  return (
    <div data-gathering={gathering.id}>
      <div class="company-row">
        <span class="company-name">
          {name}
          <span class="person-note">
            {[gathering.site?.name, gathering.host_here ? "" : "not in the room"].filter(Boolean).join(" · ")}
          </span>
        </span>
        <Button
          kind="quiet"
          icon={userPlus}
          aria-label={`Add somebody at ${name}`}
          title={`Add somebody at ${name}`}
          onClick={onAdd}
        />
      </div>
      <ul>
        {here.map((one) => (
          <li key={one.id} class="company-row">
            <span class="company-name">
              {one.name}
              <span class="person-note">{notes(one)}</span>
            </span>
            <Button
              kind="quiet"
              icon={userMinus}
              aria-label={`Check ${one.name} out`}
              title={`Check ${one.name} out`}
              onClick={() => onOut(one)}
            />
          </li>
        ))}
      </ul>
      {here.length === 0 && <p class="muted">Nobody else is checked in there.</p>}
    </div>
  );
}

function notes(one: CheckIn): string {
  const words = [
    one.profession,
    one.matched ? "" : "not known yet",
    one.unanswered ? "has not answered" : "",
  ];
  return words.filter(Boolean).join(" · ");
}

function keyOf({ gathering, one }: Asking): string {
  return `${gathering.id} ${one?.id ?? ""}`;
}

interface ByHandProps {
  asking: Asking;
  reason: string;
  onReason(reason: string): void;
  onClose(): void;
  onDone(): void;
}

/** Every change by hand says why. */
function ByHand({ asking, reason, onReason, onClose, onDone }: ByHandProps) {
  const { company } = useSession();
  const { gathering, one } = asking;
  const form = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [problem, setProblem] = useState("");
  const [missing, setMissing] = useState("");
  const [busy, setBusy] = useState(false);

  async function run(somebody: Somebody | null) {
    setMissing(reason.trim() ? "" : "Say why, in a few words.");
    if (!reason.trim()) {
      // the names below it may have scrolled it out of sight
      form.current?.querySelector<HTMLElement>("input")?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    setProblem("");
    try {
      await company.byHand((device) =>
        somebody
          ? device.checkInByHand(gathering.id, somebody, reason.trim())
          : device.checkOut(one?.id ?? "", reason.trim()),
      );
      onDone();
    } catch (failure) {
      if (failure instanceof ApiError && failure.fields.length > 0) setError(failure);
      else setProblem(wordsOf(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={one ? `Check ${one.name} out?` : `Who is with ${gathering.host.name}?`} onClose={onClose}>
      {problem && <Banner kind="problem">{problem}</Banner>}
      <div class="company-form" ref={form}>
        <Field
          label="Why"
          note="It is kept with the attendance, with your name."
          maxLength={1000}
          required
          value={reason}
          onValue={onReason}
          error={missing || error?.forField("reason")}
        />
        {one ? (
          <Button kind="danger" wide disabled={busy} onClick={() => void run(null)}>
            Check out
          </Button>
        ) : (
          <>
            <KnownThere gathering={gathering} busy={busy} onSomebody={run} />
            <SomebodyForm busy={busy} error={error} submit="Check in" onSomebody={run} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The site's people, before anybody else by name. */
function KnownThere(props: {
  gathering: Gathering;
  busy: boolean;
  onSomebody(somebody: Somebody): Promise<void>;
}) {
  const { gathering, busy, onSomebody } = props;
  const { company } = useSession();
  const [known, setKnown] = useState<readonly PersonHere[]>([]);
  useEffect(() => {
    void company.knownAt(gathering).then(setKnown);
  }, [company, gathering.id]);
  if (known.length === 0) return null;
  return (
    <>
      <PickPerson people={known} busy={busy} onPick={({ person_id }) => void onSomebody({ person_id })} />
      <h3>Somebody else</h3>
    </>
  );
}
