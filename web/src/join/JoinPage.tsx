import { useRef, useState } from "preact/hooks";
import { LevelBar } from "../media/LevelBar";
import { troubleWords } from "../media/words";
import { useNow, useSession } from "../session/SessionContext";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { headphones } from "../ui/icons";
import { ThemeSwitch } from "../ui/ThemeSwitch";
import { hubTime, localZone, whenText } from "../ui/time";
import type { Join, SessionInfo, Welcome } from "../wire";
import { DevicePickers } from "./DevicePickers";
import { DoorCredit } from "./DoorCredit";
import { type Answers, asked, doorButton, elsewhere, isFar, problems, refused, toFields } from "./door";
import { Identity } from "./Identity";
import { PermissionHelp } from "./PermissionHelp";
import { Preview } from "./Preview";
import { useDevices } from "./useDevices";

const empty: Answers = { name: "", email: "", profession: "", site: "" };

/** "Am I ready?" - who the visitor is, what they send, and the way in. */
export function JoinPage() {
  const session = useSession();
  const welcome = session.welcome.value;
  if (!welcome) return null;
  return <Door welcome={welcome} />;
}

function Door({ welcome }: { welcome: Welcome }) {
  const session = useSession();
  const { local } = session;
  const [identity, setIdentity] = useState<"me" | "other">("me");
  const [answers, setAnswers] = useState(empty);
  const [found, setFound] = useState<Partial<Answers>>({});
  const form = useRef<HTMLFormElement>(null);
  const fields = asked(welcome.you, identity);
  const refusal = session.refusal.value;
  const sends = welcome.you.role !== "observer" || identity === "other";
  useDevices(sends);
  const elsewhereToo = identity === "me" && welcome.others.length > 0;
  const blocked = [local.microphone, local.camera].filter(refused);

  const join = (second_device?: Join["second_device"]) => {
    const wrong = problems(fields, answers);
    setFound(wrong);
    const [first] = Object.keys(wrong);
    if (first) {
      form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
      return;
    }
    void session.join({ identity, ...toFields(fields, answers), second_device });
  };

  return (
    <main class="door">
      <header class="door-head">
        <Brand />
        <ThemeSwitch />
      </header>
      <form
        ref={form}
        class="door-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!elsewhereToo) join();
        }}
      >
        <div class="door-title">
          <h1>{welcome.session.title}</h1>
          <SessionTime session={welcome.session} />
        </div>
        <div class="door-media">{sends ? <Preview /> : <OnlyWatching />}</div>
        <div class="door-fields">
          {refusal && refusal.code !== "not_open" && <Banner kind="problem">{refusal.message}</Banner>}
          <Identity
            you={welcome.you}
            identity={identity}
            onIdentity={setIdentity}
            answers={answers}
            onAnswers={setAnswers}
            problems={found}
          />
          {blocked.length > 0 && (
            <PermissionHelp devices={blocked.map((one) => one.kind)} onRetry={() => void local.start()} />
          )}
          {sends && <Microphone />}
          <DevicePickers kinds={sends ? ["camera", "speaker"] : ["speaker"]} />
        </div>
        {welcome.session.kind === "session" && <DoorCredit />}
        <div class="door-actions">
          <Enter
            welcome={welcome}
            elsewhereToo={elsewhereToo}
            lobby={identity === "other" || welcome.you.lobby}
            onJoin={join}
          />
        </div>
      </form>
    </main>
  );
}

/** When it is: in the visitor's time, and in the hub's where that is another. */
function SessionTime({ session }: { session: SessionInfo }) {
  const now = useNow();
  if (session.kind === "practice") {
    return <p class="muted">A room for yourself: hear and see yourself as others do.</p>;
  }
  const starts = new Date(session.starts_at);
  const hub = hubTime(starts, session.zone, localZone());
  return (
    <p class="muted">
      <time dateTime={session.starts_at}>{whenText(starts, now)}</time>
      {hub && `, ${hub}`}
    </p>
  );
}

function OnlyWatching() {
  return (
    <div class="preview">
      <div class="preview-words">
        <Icon of={headphones} />
        <p>You join to watch and listen. Nobody sees or hears you.</p>
      </div>
    </div>
  );
}

function Microphone() {
  const { local } = useSession();
  const [silent, setSilent] = useState(false);
  const state = local.microphone.state.value;
  return (
    <div class="door-microphone">
      <DevicePickers kinds={["microphone"]} />
      {state.name === "on" && <LevelBar input={local.microphone} onSilent={setSilent} />}
      <p class="small door-hint" role="status">
        {state.name === "on" &&
          (silent
            ? "Nothing is heard from this microphone. Speak, or choose another one."
            : "Say something: the bars should move.")}
        {state.name === "held" && "Your microphone is muted."}
        {state.name === "trouble" && state.trouble !== "refused" && troubleWords("microphone", state.trouble)}
      </p>
    </div>
  );
}

/** The way in: one button that says what it does, or two where the visitor is in the room already. */
function Enter({
  welcome,
  elsewhereToo,
  lobby,
  onJoin,
}: {
  welcome: Welcome;
  /** True where the visitor is in the room already, with another device. */
  elsewhereToo: boolean;
  lobby: boolean;
  onJoin(how?: "both" | "move"): void;
}) {
  const session = useSession();
  const { local } = session;
  const now = useNow();
  const { label, enabled } = doorButton({
    session: welcome.session,
    now,
    lobby,
    joining: session.phase.value.name === "joining",
    microphone: local.microphone.state.value.name,
    camera: local.camera.state.value.name,
  });
  if (enabled && elsewhereToo) {
    return (
      <>
        <p>
          <strong>{elsewhere(welcome.others)}</strong>
        </p>
        <div class="door-choice">
          <Button kind="primary" onClick={() => onJoin("move")}>
            Move here
          </Button>
          <Button onClick={() => onJoin("both")}>Use both</Button>
        </div>
      </>
    );
  }
  const early = welcome.session.status === "scheduled" && !enabled;
  return (
    <>
      <Button kind="primary" type="submit" wide disabled={!enabled} class="door-button">
        {label}
      </Button>
      {early && (
        <p class="small muted">
          {isFar(new Date(welcome.session.opens_at), now)
            ? "Come back then with the same link."
            : "You can wait here: the button works as soon as the room opens."}
        </p>
      )}
      {enabled && lobby && <p class="small muted">The facilitator lets you in.</p>}
    </>
  );
}
