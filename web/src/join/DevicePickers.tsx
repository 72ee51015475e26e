import type { Device, InputKind } from "../media/devices";
import { Playback } from "../media/playback";
import { useSession } from "../session/SessionContext";
import { Select } from "../ui/Select";

const labels = { microphone: "Microphone", camera: "Camera", speaker: "Loudspeaker" };

/** Which microphone, camera and loudspeaker; a kind with nothing to choose is left out. */
export function DevicePickers({ kinds }: { kinds: readonly (InputKind | "speaker")[] }) {
  const { local } = useSession();
  return (
    <>
      {kinds.map((kind) => {
        const list = local.devices.value[kind];
        if (kind === "speaker" && (!Playback.routable() || list.length < 2)) return null;
        if (list.length === 0) return null;
        return (
          <Select
            key={kind}
            label={labels[kind]}
            options={list.map(({ id, label }) => ({ value: id, label }))}
            value={current(kind, list)}
            onValue={(id) => void local.choose(kind, id)}
          />
        );
      })}
    </>
  );

  function current(kind: InputKind | "speaker", list: readonly Device[]): string {
    if (kind === "speaker") return local.speaker.value || (list[0]?.id ?? "");
    return local[kind].track.value?.getSettings().deviceId ?? local[kind].wish.deviceId ?? list[0]?.id ?? "";
  }
}
