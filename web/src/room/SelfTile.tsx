import { TrackVideo } from "../media/TrackVideo";
import { useSession } from "../session/SessionContext";
import { Icon } from "../ui/Icon";
import { micOff, videoOff } from "../ui/icons";

/** The visitor's own picture, small and mirrored, straight from the camera. */
export function SelfTile() {
  const session = useSession();
  const { local } = session;
  const track = local.camera.sending.value;
  const id = session.selfId.value;
  const speaking = session.speakers.value.speaking.includes(id);
  return (
    <div
      class={`self-tile ${speaking ? "tile-speaking" : ""}`}
      data-participant={id}
      data-name={session.self.value?.name ?? ""}
      data-source="self"
    >
      {track ? (
        <TrackVideo
          key={track.id}
          track={track}
          mirrored={local.facing.value === "user"}
          label="Your camera"
        />
      ) : (
        <Icon of={videoOff} label="Your camera is off" />
      )}
      {!local.microphone.sending.value && (
        <span class="self-muted">
          <Icon of={micOff} label="You are muted" />
        </span>
      )}
    </div>
  );
}
