import { deviceKind } from "../media/kind";
import { Screen } from "../media/screen";
import { TrackVideo } from "../media/TrackVideo";
import { troubleWords } from "../media/words";
import { useLasting, useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { mic, micOff, switchCamera, video, videoOff } from "../ui/icons";

/** What the others will see of the visitor, mirrored as in a looking glass, with the two main switches. */
export function Preview() {
  const { local } = useSession();
  const camera = local.camera.state.value;
  return (
    <div class="preview">
      {camera.name === "on" ? (
        <TrackVideo
          key={camera.track.id}
          track={camera.track}
          mirrored={local.facing.value === "user"}
          label="Your camera"
        />
      ) : (
        <PreviewWords />
      )}
      <div class="preview-switches">
        <InputSwitch kind="microphone" />
        <InputSwitch kind="camera" />
        {camera.name === "on" && canFlip() && local.devices.value.camera.length > 1 && (
          <Button
            class="round"
            icon={switchCamera}
            aria-label="Other camera"
            onClick={() => void local.flip()}
          />
        )}
      </div>
    </div>
  );
}

/** Devices that people turn round in their hands have a camera on each side. */
function canFlip(): boolean {
  return deviceKind() !== "desktop" && !Screen.offered();
}

function PreviewWords() {
  const { local } = useSession();
  const camera = local.camera.state.value;
  const asking = useLasting(camera.name === "starting", 700);
  let words = "Your camera is off";
  if (camera.name === "starting")
    words = asking ? "Your browser asks for camera and microphone: choose “Allow”." : "";
  if (camera.name === "trouble") words = troubleWords("camera", camera.trouble);
  return (
    <div class="preview-words" role="status">
      {words && <Icon of={camera.name === "starting" ? video : videoOff} />}
      <p>{words}</p>
    </div>
  );
}

const looks = {
  microphone: { on: mic, off: micOff, turnOn: "Unmute microphone", turnOff: "Mute microphone" },
  camera: { on: video, off: videoOff, turnOn: "Turn camera on", turnOff: "Turn camera off" },
};

function InputSwitch({ kind }: { kind: "microphone" | "camera" }) {
  const input = useSession().local[kind];
  const { name } = input.state.value;
  const look = looks[kind];
  const on = name === "on";
  return (
    <Button
      class={on ? "round" : "round round-off"}
      icon={on ? look.on : look.off}
      aria-label={on ? look.turnOff : look.turnOn}
      disabled={name === "starting"}
      onClick={() => (on ? input.off() : void input.on())}
    />
  );
}
