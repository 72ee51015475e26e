/** Asking the browser for microphones and cameras, and understanding why it says no. */

export type InputKind = "microphone" | "camera";

/** Why there is no track. `insecure`: the page is not on https, where browsers give none at all. */
export type Trouble = "refused" | "missing" | "busy" | "insecure" | "failed";

export interface Wish {
  deviceId?: string;
  facing?: "user" | "environment";
}

/** What a DOMException of getUserMedia means to a person. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

export function microphoneConstraints({ deviceId }: Wish): MediaTrackConstraints {
  const clean = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  return deviceId ? { ...clean, deviceId: { exact: deviceId } } : clean;
}

export function cameraConstraints({ deviceId, facing }: Wish): MediaTrackConstraints {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
  if (deviceId) return { ...size, deviceId: { exact: deviceId } };
  return { ...size, facingMode: { ideal: facing ?? "user" } };
}

const constraintsOf = { microphone: microphoneConstraints, camera: cameraConstraints };

/** True where the browser would give any device at all. */
export function canCapture(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** One track of a kind. A device that was chosen once and is gone is replaced by any other. */
export async function openInput(kind: InputKind, wish: Wish): Promise<MediaStreamTrack> {
  const ask = (how: Wish) =>
    navigator.mediaDevices.getUserMedia({
      [kind === "microphone" ? "audio" : "video"]: constraintsOf[kind](how),
    });
  try {
    return onlyTrack(await ask(wish));
  } catch (error) {
    if (!wish.deviceId || troubleOf(error) !== "missing") throw error;
    return onlyTrack(await ask({ ...(wish.facing ? { facing: wish.facing } : {}) }));
  }
}

/** Both kinds behind one question to the visitor. */
export async function openBoth(
  wishes: Record<InputKind, Wish>,
): Promise<Record<InputKind, MediaStreamTrack>> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: microphoneConstraints(wishes.microphone),
    video: cameraConstraints(wishes.camera),
  });
  const [microphone] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  if (!microphone || !camera) throw new DOMException("a track is missing", "NotFoundError");
  return { microphone, camera };
}

/** What the browser remembers of the visitor's answer; `unknown` where it does not say. */
export async function permission(kind: InputKind): Promise<PermissionState | "unknown"> {
  try {
    return (await navigator.permissions.query({ name: kind as PermissionName })).state;
  } catch {
    return "unknown";
  }
}

export interface Device {
  id: string;
  label: string;
}

export interface Devices {
  microphone: Device[];
  camera: Device[];
  speaker: Device[];
}

const kinds = { audioinput: "microphone", videoinput: "camera", audiooutput: "speaker" } as const;
const plain = { microphone: "Microphone", camera: "Camera", speaker: "Speaker" };

/** Devices by kind. Names are empty before the visitor allowed one, so they are numbered then. */
export function sortDevices(found: readonly Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">[]): Devices {
  const sorted: Devices = { microphone: [], camera: [], speaker: [] };
  for (const one of found) {
    if (!one.deviceId) continue; // the browser hides them until it is allowed to show them
    const kind = kinds[one.kind];
    const list = sorted[kind];
    list.push({ id: one.deviceId, label: one.label || `${plain[kind]} ${list.length + 1}` });
  }
  return sorted;
}

export async function listDevices(): Promise<Devices> {
  if (!navigator.mediaDevices?.enumerateDevices) return { microphone: [], camera: [], speaker: [] };
  return sortDevices(await navigator.mediaDevices.enumerateDevices());
}

function onlyTrack(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks();
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
