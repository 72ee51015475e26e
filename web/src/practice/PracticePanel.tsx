import { useEffect, useState } from "preact/hooks";
import { LevelBar } from "../media/LevelBar";
import { LineDetails } from "../room/LineDetails";
import { SidePanel } from "../room/SidePanel";
import { measured } from "../room/useMeasure";
import { useNarrow } from "../room/useNarrow";
import { useSession } from "../session/SessionContext";
import { Icon } from "../ui/Icon";
import { circleAlert, circleCheck, clock } from "../ui/icons";
import { Switch } from "../ui/Switch";
import { cameraVerdict, lineVerdict, microphoneVerdict, type Verdict } from "./verdicts";

/** What the practice room found out about camera, microphone and line, and the switch of the own voice. */
export function PracticePanel() {
  const session = useSession();
  const { local, remote, link } = session;
  const [hear, setHear] = useState(true);
  const [silent, setSilent] = useState(false);
  const self = session.selfId.value;
  const voices = remote.slots.value.voices;
  const narrow = useNarrow();
  const back = remote.picture(self, "camera")?.state;
  const heard = useOnce(voices.includes(self));
  useEffect(() => {
    voices.forEach((voice, index) => {
      session.playback.mute(`voice-${index}`, voice === self && !hear);
    });
  }, [session, voices, self, hear]);
  const verdicts = [
    cameraVerdict(local.camera.state.value, back),
    microphoneVerdict(local.microphone.state.value, heard, silent),
    lineVerdict(link.state.value, measured.value, narrow),
  ];
  return (
    <SidePanel title="Test your device">
      <p>This is how others see and hear you. Your picture and your voice travel to the service and back.</p>
      <Switch on={hear} onChange={setHear}>
        <strong>Hear yourself</strong>
        <span class="small muted practice-note">Two seconds late. Headphones sound best.</span>
      </Switch>
      {local.microphone.sending.value && <LevelBar input={local.microphone} onSilent={setSilent} />}
      <ul class="verdicts">
        {verdicts.map((one) => (
          <VerdictRow key={one.what} verdict={one} />
        ))}
      </ul>
      <LineDetails judged={false} />
    </SidePanel>
  );
}

const looks = { ok: circleCheck, problem: circleAlert, checking: clock };
const said = { ok: "works", problem: "needs attention", checking: "is being checked" };

function VerdictRow({ verdict }: { verdict: Verdict }) {
  return (
    <li class={`verdict verdict-${verdict.state}`} data-verdict={verdict.what} data-state={verdict.state}>
      <Icon of={looks[verdict.state]} label={said[verdict.state]} />
      <div>
        <h3>{verdict.what}</h3>
        <p>{verdict.words}</p>
      </div>
    </li>
  );
}

/** True from the first time that this was so. */
function useOnce(condition: boolean): boolean {
  const [seen, setSeen] = useState(condition);
  useEffect(() => {
    if (condition) setSeen(true);
  }, [condition]);
  return seen || condition;
}
