import { DevicePickers } from "../join/DevicePickers";
import { deviceKind } from "../media/kind";
import { useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { keyboard, switchCamera } from "../ui/icons";
import { Switch } from "../ui/Switch";
import { ThemeSwitch } from "../ui/ThemeSwitch";
import { onlyWatches } from "./actions";
import { helpShown, keysOn, setKeys } from "./keys";
import { LineDetails } from "./LineDetails";
import { SidePanel } from "./SidePanel";

/** Devices, looks, keys, and what someone from IT may ask for. */
export function MorePanel() {
  const session = useSession();
  const { local } = session;
  const inHand = deviceKind() !== "desktop";
  return (
    <SidePanel title="More">
      <section class="side-section">
        <h3>Devices</h3>
        <DevicePickers kinds={onlyWatches(session) ? ["speaker"] : ["microphone", "camera", "speaker"]} />
        {inHand && local.devices.value.camera.length > 1 && (
          <Button icon={switchCamera} onClick={() => void local.flip()}>
            Use the other camera
          </Button>
        )}
        <Switch on={session.listenOnly.value} onChange={(on) => session.setListenOnly(on)}>
          Listen only: no pictures, for a slow connection
        </Switch>
      </section>
      <section class="side-section">
        <h3>Colours</h3>
        <ThemeSwitch />
      </section>
      {!inHand && (
        <section class="side-section">
          <h3>Keys</h3>
          <Switch on={keysOn.value} onChange={setKeys}>
            Single keys: M, V, P, ?
          </Switch>
          <Button
            icon={keyboard}
            onClick={() => {
              helpShown.value = true;
            }}
          >
            Show all keys
          </Button>
        </section>
      )}
      <LineDetails />
    </SidePanel>
  );
}
