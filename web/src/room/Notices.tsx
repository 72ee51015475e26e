import type { ComponentChildren } from "preact";
import { deviceKind } from "../media/kind";
import { troubleWords } from "../media/words";
import { useLasting, useNow, useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { circleAlert, clock, ear, micOff, monitorUp, refreshCw, user, users, volumeX } from "../ui/icons";
import { until } from "../ui/time";
import { moderates } from "./actions";
import { panel } from "./panel";

const QUIET_MS = 1_000;
const LONG_MS = 10_000;
const ASK_MS = 90_000; // who is alone need not answer; the list of people has the same question
const READ_MS = 15_000; // by then it was read, and the buttons below say it still

/** Quiet bars over the stage: one line each, with at most one thing to do about it. */
export function Notices() {
  return (
    <div class="notices">
      <LineNotice />
      <SoundNotice />
      <MutedNotice />
      <DeviceNotice />
      <RefusalNotice />
      <ShareNotice />
      <EndNotice />
      <CompanyNotice />
      <LobbyNotice />
    </div>
  );
}

function Notice({
  icon,
  children,
  action,
  waiting,
}: {
  icon: string;
  children: ComponentChildren;
  action?: ComponentChildren;
  waiting?: boolean;
}) {
  return (
    <div class={`notice ${waiting ? "notice-waiting" : ""}`} role="status">
      <Icon of={icon} />
      <span class="notice-text">{children}</span>
      {action}
    </div>
  );
}

/** The line is lost: says so after a second, and after ten what is tried and what might help. */
function LineNotice() {
  const session = useSession();
  const deaf = session.line.value.name === "lost" || session.phase.value.name === "joining";
  const dark = session.link.state.value === "broken";
  const lost = useLasting(deaf || dark, QUIET_MS);
  const long = useLasting(deaf || dark, LONG_MS);
  if (!lost) return null;
  const tries = deaf
    ? "Still no answer from the service. Trying again every few seconds; your place is kept."
    : "Sound and picture do not get through. Trying a new connection every few seconds.";
  return (
    <Notice
      icon={refreshCw}
      action={
        long &&
        !session.listenOnly.value && (
          <Button icon={ear} onClick={() => session.setListenOnly(true)}>
            Listen only
          </Button>
        )
      }
    >
      {long ? tries : "Reconnecting"}
    </Notice>
  );
}

function SoundNotice() {
  const session = useSession();
  if (!session.playback.blocked.value) return null;
  return (
    <Notice icon={volumeX} action={<Button kind="primary">Turn sound on</Button>}>
      Your browser holds the sound back.
    </Notice>
  );
}

function MutedNotice() {
  const session = useSession();
  const by = session.mutedBy.value;
  const old = useLasting(by !== null, READ_MS);
  if (by === null || old) return null;
  return (
    <Notice icon={micOff} action={<Button onClick={() => void session.local.microphone.on()}>Unmute</Button>}>
      {by ? `${by} muted you.` : "You were muted."}
    </Notice>
  );
}

function DeviceNotice() {
  const session = useSession();
  const { microphone } = session.local;
  const state = microphone.state.value;
  if (state.name !== "trouble") return null;
  return (
    <Notice icon={micOff} action={<Button onClick={() => void microphone.on()}>Try again</Button>}>
      {troubleWords("microphone", state.trouble)}
    </Notice>
  );
}

/** What the facilitator asked for and the service did not do. */
function RefusalNotice() {
  const session = useSession();
  const refusal = session.refusal.value;
  const told = refusal?.code === "not_allowed" || refusal?.code === "too_many";
  const old = useLasting(told, READ_MS);
  if (!refusal || !told || old) return null;
  return <Notice icon={circleAlert}>{refusal.message}</Notice>;
}

function ShareNotice() {
  const session = useSession();
  if (!session.local.screen.picture.value) return null;
  return (
    <Notice
      icon={monitorUp}
      action={<Button onClick={() => session.local.screen.stop()}>Stop sharing</Button>}
    >
      Everybody sees your screen.
    </Notice>
  );
}

function EndNotice() {
  const session = useSession();
  const now = useNow();
  const soon = session.endingSoon.value;
  if (!soon) return null;
  const left = until(new Date(soon.ends_at), now);
  const closes = until(new Date(soon.closes_at), now);
  return (
    <Notice
      icon={clock}
      action={
        moderates(session) && (
          <Button onClick={() => session.send({ type: "extend", minutes: 15 })}>15 min more</Button>
        )
      }
    >
      {left ? `The session ends ${left}.` : `The time is up. The room closes ${closes || "now"}.`}
    </Notice>
  );
}

/** Facilitators see who waits without opening the list. */
function LobbyNotice() {
  const session = useSession();
  const waiting = session.room.value?.waiting ?? [];
  const [first] = waiting;
  if (!first || panel.value === "people") return null;
  if (waiting.length > 1) {
    return (
      <Notice
        icon={user}
        waiting
        action={
          <Button
            onClick={() => {
              panel.value = "people";
            }}
          >
            Show
          </Button>
        }
      >
        {waiting.length} people are in the waiting room.
      </Notice>
    );
  }
  return (
    <Notice
      icon={user}
      waiting
      action={
        <Button kind="primary" onClick={() => session.send({ type: "admit", waiting_id: first.waiting_id })}>
          Admit
        </Button>
      }
    >
      {first.name}
      {first.site && ` (${first.site})`} is in the waiting room.
    </Notice>
  );
}

/** Whether several people are here is asked once; near the end, whether they still are. */
function CompanyNotice() {
  const session = useSession();
  const { company } = session;
  const asked = company.asked.value.length;
  const old = useLasting(!company.answered.value, ASK_MS);
  if (panel.value === "company") return null;
  const open = () => {
    panel.value = "company";
  };
  if (asked > 0) {
    return (
      <Notice icon={users} waiting action={<Button onClick={open}>Answer</Button>}>
        {asked === 1 ? "Is the person with you still here?" : `Are the ${asked} people with you still here?`}
      </Notice>
    );
  }
  const alone = session.info.value?.kind !== "session" || moderates(session) || deviceKind() === "phone";
  if (company.answered.value || old || alone) return null;
  return (
    <Notice
      icon={users}
      action={
        <>
          <Button onClick={open}>Yes</Button>
          <Button onClick={() => company.alone()}>Just me</Button>
        </>
      }
    >
      Are several people at this camera?
    </Notice>
  );
}
