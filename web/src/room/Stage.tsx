import { useRef } from "preact/hooks";
import { useSession } from "../session/SessionContext";
import { useSize } from "../ui/useSize";
import type { Participant } from "../wire";
import { Gallery } from "./Gallery";
import { Tile } from "./Tile";

const SIDE_STRIP_FROM = 1.3; // width over height from which the faces fit beside the screen rather than below

/** What everybody looks at: the gallery, or a shared screen with the faces in a strip. */
export function Stage() {
  const session = useSession();
  const self = session.selfId.value;
  const practice = session.info.value?.kind === "practice";
  const everybody = [...(session.room.value?.participants.values() ?? [])];
  const people = practice ? everybody : everybody.filter((one) => one.participant_id !== self);
  const sharing = everybody.filter((one) => one.screen && (practice || one.participant_id !== self));
  const staged = sharing.at(-1);
  if (staged) return <ShareStage staged={staged} people={people} />;
  if (people.length === 0) return <Alone />;
  return (
    <div class="stage">
      <Gallery
        people={people}
        caption={(one) => (one.participant_id === self ? "You, as others see you" : undefined)}
      />
    </div>
  );
}

function ShareStage({ staged, people }: { staged: Participant; people: Participant[] }) {
  const element = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(element);
  const side = width > height * SIDE_STRIP_FROM;
  return (
    <div class={`stage stage-share ${side ? "stage-side" : "stage-below"}`} ref={element}>
      <div class="stage-main">
        <Tile key={staged.participant_id} participant={staged} source="screen" weight={10} />
      </div>
      <section class="filmstrip" aria-label="Participants">
        {people.map((one) => (
          <Tile key={one.participant_id} participant={one} />
        ))}
      </section>
    </div>
  );
}

function Alone() {
  const session = useSession();
  const waiting = session.room.value?.waiting.length ?? 0;
  return (
    <div class="stage stage-alone">
      <h2>Nobody else is here</h2>
      <p>
        {waiting > 0
          ? "People are in the waiting room. Let them in under “People”."
          : "The others appear here as they come."}
      </p>
    </div>
  );
}
