import { useState } from "preact/hooks";
import { troubleWords } from "../media/words";
import { useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { Dialog, DialogActions } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import {
  ellipsis,
  listChecks,
  mic,
  micOff,
  monitorUp,
  monitorX,
  phoneOff,
  users,
  video,
  videoOff,
} from "../ui/icons";
import { canShare, moderates, onlyWatches, toggleCamera, toggleMicrophone, toggleScreen } from "./actions";
import { letGo } from "./keys";
import { panel, togglePanel } from "./panel";
import { SelfTile } from "./SelfTile";

/** The row of main controls, within reach of a thumb on phones. */
export function BottomBar() {
  const session = useSession();
  const watching = onlyWatches(session);
  const practice = session.info.value?.kind === "practice";
  return (
    <footer class="bar">
      <div class="bar-self">{!watching && <SelfTile />}</div>
      <div class="bar-main">
        {!watching && <MicrophoneButton />}
        {!watching && <CameraButton />}
        {!watching && canShare() && <ShareButton />}
        {practice ? <TestButton /> : <PeopleButton />}
        <BarButton
          icon={ellipsis}
          label="More"
          pressed={panel.value === "more"}
          onPress={() => togglePanel("more")}
        />
      </div>
      <div class="bar-leave">
        <LeaveButton />
      </div>
    </footer>
  );
}

function PeopleButton() {
  const room = useSession().room.value;
  const waiting = room?.waiting.length ?? 0;
  return (
    <BarButton
      icon={users}
      label="People"
      name={`People, ${room?.participants.size ?? 0} here${waiting > 0 ? `, ${waiting} waiting` : ""}`}
      pressed={panel.value === "people"}
      badge={waiting > 0 ? waiting : undefined}
      onPress={() => togglePanel("people")}
    />
  );
}

function TestButton() {
  return (
    <BarButton
      icon={listChecks}
      label="Test"
      name="Test results"
      pressed={panel.value === "practice"}
      onPress={() => togglePanel("practice")}
    />
  );
}

interface BarButtonProps {
  icon: string;
  label: string;
  /** What it is called where the label is too short to say it. */
  name?: string;
  pressed?: boolean;
  /** Looks switched off: what it stands for is not sent. */
  off?: boolean;
  badge?: number | undefined;
  title?: string | undefined;
  onPress(): void;
}

function BarButton({ icon, label, name, pressed, off = false, badge, title, onPress }: BarButtonProps) {
  return (
    <button
      type="button"
      class={`bar-button ${off ? "bar-button-off" : ""} ${pressed ? "bar-button-pressed" : ""}`}
      aria-label={name ?? label}
      aria-pressed={pressed}
      title={title}
      onClick={(event) => {
        letGo(event);
        onPress();
      }}
    >
      <span class="bar-icon">
        <Icon of={icon} />
        {badge !== undefined && <span class="bar-badge">{badge}</span>}
      </span>
      <span class="bar-label">{label}</span>
    </button>
  );
}

function MicrophoneButton() {
  const session = useSession();
  const state = session.local.microphone.state.value;
  const on = state.name === "on";
  return (
    <BarButton
      icon={on ? mic : micOff}
      label={on ? "Mute" : "Unmute"}
      name={on ? "Mute microphone" : "Unmute microphone"}
      off={!on}
      title={state.name === "trouble" ? troubleWords("microphone", state.trouble) : undefined}
      onPress={() => toggleMicrophone(session)}
    />
  );
}

function CameraButton() {
  const session = useSession();
  const state = session.local.camera.state.value;
  const on = state.name === "on";
  return (
    <BarButton
      icon={on ? video : videoOff}
      label="Camera"
      name={on ? "Turn camera off" : "Turn camera on"}
      off={!on}
      title={state.name === "trouble" ? troubleWords("camera", state.trouble) : undefined}
      onPress={() => toggleCamera(session)}
    />
  );
}

function ShareButton() {
  const session = useSession();
  const sharing = session.local.screen.picture.value !== null;
  return (
    <BarButton
      icon={sharing ? monitorX : monitorUp}
      label={sharing ? "Stop" : "Share"}
      name={sharing ? "Stop sharing your screen" : "Share your screen"}
      pressed={sharing}
      onPress={() => toggleScreen(session)}
    />
  );
}

/** Leaves at once; a facilitator is asked whether the others go on. */
function LeaveButton() {
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const ends = moderates(session) && session.info.value?.kind === "session";
  return (
    <>
      <Button
        kind="danger"
        icon={phoneOff}
        class="leave"
        onClick={() => (ends ? setAsking(true) : session.leave())}
      >
        <span class="leave-label">Leave</span>
      </Button>
      {asking && (
        <Dialog title="Leave or end?" onClose={() => setAsking(false)}>
          <p>
            If you leave, the others go on without you, and you can come back. If you end the session, it is
            over for everybody.
          </p>
          <DialogActions>
            <Button onClick={() => session.leave()}>Leave, others go on</Button>
            <Button kind="danger" onClick={() => session.send({ type: "end" })}>
              End for everybody
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
