import type { Device, InputKind } from "../media/devices";
import { Playback } from "../media/playback";
import { useSession } from "../session/SessionContext";
import { Select } from "../ui/Select";
import { refused } from "./door";

const labels = { microphone: "Microphone", camera: "Camera", speaker: "Loudspeaker" };

/** Which microphone, camera and loudspeaker; a kind with nothing to choose is left out. */
export function DevicePickers({ kinds }: { kinds: readonly (InputKind | "speaker")[] }) {
  const { local } = useSession();
  return (
    <>
      {kinds.map((kind) => {
        const list = local.devices.value[kind];
        if (kind === "speaker" && (!Playback.routable() || list.length < 2)) return null;
        if (list.length === 0 || (kind !== "speaker" && refused(local[kind]))) return null;
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

  /** The device in use, else the chosen one; the first of the list where neither is there. */
  function current(kind: InputKind | "speaker", list: readonly Device[]): string {
    const wanted =
      kind === "speaker"
        ? [local.speaker.value]
        : [local[kind].track.value?.getSettings().deviceId, local[kind].wish.deviceId];
    return wanted.find((id) => list.some((one) => one.id === id)) ?? list[0]?.id ?? "";
  }
}
