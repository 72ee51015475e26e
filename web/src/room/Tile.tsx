import { useEffect, useRef, useState } from "preact/hooks";
import { TrackVideo } from "../media/TrackVideo";
import { useSession } from "../session/SessionContext";
import { Icon } from "../ui/Icon";
import { micOff, monitorUp, signalLow, signalZero } from "../ui/icons";
import type { Participant, PictureSource } from "../wire";
import { initials } from "./order";
import { useFace } from "./useNarrow";

export interface TileProps {
  participant: Participant;
  source?: PictureSource;
  /** Larger is more wanted by this page. */
  weight?: number;
  width?: number;
  height?: number;
  /** Stands for the name, as in "You, as others see you". */
  caption?: string;
}

/** One participant's camera or screen, with name, place and state. */
export function Tile({ participant, source = "camera", weight = 0, width, height, caption }: TileProps) {
  const session = useSession();
  const element = useRef<HTMLDivElement>(null);
  const id = participant.participant_id;
  useEffect(() => {
    if (!element.current) return;
    return session.views.watch({ element: element.current, participantId: id, source, weight });
  }, [session, id, source, weight]);
  const picture = session.remote.picture(id, source);
  const face = useFace(picture);
  const speaking = source === "camera" && session.speakers.value.speaking.includes(id);
  return (
    <div
      ref={element}
      class={`tile tile-${source} ${speaking ? "tile-speaking" : ""}`}
      data-participant={id}
      data-name={participant.name}
      data-source={source}
      data-speaking={speaking}
      style={width && height ? { width: `${width}px`, height: `${height}px` } : undefined}
    >
      <div class="tile-rest">
        {source === "camera" && (
          <span class="tile-initials" aria-hidden="true">
            {initials(participant.name)}
          </span>
        )}
        {face === "narrow" && <NarrowWord />}
      </div>
      {picture && (face === "picture" || face === "still") && (
        <LivePicture key={picture.key} track={picture.track} />
      )}
      <TileLabel
        participant={participant}
        source={source}
        caption={caption}
        paused={picture?.state === "paused"}
      />
    </div>
  );
}

/** Why there is no picture, in as many words as the tile has room for. */
function NarrowWord() {
  return (
    <p class="tile-narrow">
      <span class="tile-narrow-long">Your connection is too slow for this picture. Sound goes on.</span>
      <span class="tile-narrow-short">Connection too slow</span>
    </p>
  );
}

function LivePicture({ track }: { track: MediaStreamTrack }) {
  const [shape, setShape] = useState<"unknown" | "wide" | "upright">("unknown");
  return (
    <TrackVideo
      track={track}
      class={`tile-video tile-video-${shape}`}
      onFrame={(width, height) => setShape(height > width ? "upright" : "wide")}
    />
  );
}

function TileLabel({
  participant,
  source,
  caption,
  paused,
}: {
  participant: Participant;
  source: PictureSource;
  caption?: string | undefined;
  paused: boolean;
}) {
  const { name, site, microphone, connected } = participant;
  return (
    <div class="tile-label">
      {source === "screen" ? (
        <Icon of={monitorUp} label="Shared screen" />
      ) : (
        !microphone && <Icon of={micOff} label="Muted" class="tile-muted" />
      )}
      {!connected && <Icon of={signalZero} label="Reconnecting" />}
      {connected && paused && participant[source] && (
        <Icon of={signalLow} label="Picture paused: nothing arrives from this person" />
      )}
      <span class="tile-name">{caption ?? (source === "screen" ? `${name} shares` : name)}</span>
      {site && !caption && source === "camera" && <span class="tile-site">{site}</span>}
    </div>
  );
}
