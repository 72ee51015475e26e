import { LevelBar } from "../media/LevelBar";
import { useNow, useSession } from "../session/SessionContext";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { ThemeSwitch } from "../ui/ThemeSwitch";
import { timer } from "../ui/time";
import { DevicePickers } from "./DevicePickers";
import { Preview } from "./Preview";

/** The waiting room: still time to look at oneself and choose devices. */
export function LobbyPage() {
  const session = useSession();
  const { local } = session;
  const phase = session.phase.value;
  const now = useNow();
  const since = phase.name === "waiting" ? phase.since : now.getTime();
  const lost = session.line.value.name !== "open";
  return (
    <main class="door">
      <header class="door-head">
        <Brand />
        <ThemeSwitch />
      </header>
      <div class="door-form">
        <div class="door-title">
          <h1>{session.info.value?.title}</h1>
        </div>
        <div class="door-media">
          <Preview />
        </div>
        <div class="door-fields">
          <Banner kind="waiting" title="You are in the waiting room">
            <p>The facilitator sees that you are here and lets you in. You need not do anything.</p>
            <p class="small lobby-time">Waiting for {timer(now.getTime() - since)}</p>
          </Banner>
          {lost && <Banner>Reconnecting. Your place in the waiting room is kept.</Banner>}
          <div class="door-microphone">
            <DevicePickers kinds={["microphone"]} />
            {local.microphone.sending.value && <LevelBar input={local.microphone} />}
          </div>
          <DevicePickers kinds={["camera", "speaker"]} />
        </div>
        <div class="door-actions">
          <Button kind="danger" wide onClick={() => session.leave()}>
            Leave the waiting room
          </Button>
        </div>
      </div>
    </main>
  );
}
