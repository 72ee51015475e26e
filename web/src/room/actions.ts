import { Screen } from "../media/screen";
import type { Session } from "../session/session";
import { announce } from "../ui/LiveRegion";

/** What a button and its key do alike. */

export function toggleMicrophone({ local }: Session): void {
  const { microphone } = local;
  if (microphone.sending.peek()) {
    microphone.off();
    announce("Microphone muted.");
  } else {
    void microphone
      .on()
      .then(() => announce(microphone.sending.peek() ? "Microphone on." : "The microphone did not start."));
  }
}

export function toggleCamera({ local }: Session): void {
  const { camera } = local;
  if (camera.sending.peek()) {
    camera.off();
    announce("Camera off.");
  } else {
    void camera.on().then(() => announce(camera.sending.peek() ? "Camera on." : "The camera did not start."));
  }
}

export function toggleScreen({ local }: Session): void {
  if (local.screen.picture.peek()) local.screen.stop();
  else void local.screen.start();
}

export function canShare(): boolean {
  return Screen.offered();
}

/** True for those who may admit, mute, remove and end. */
export function moderates(session: Session): boolean {
  const role = session.self.value?.role ?? session.welcome.value?.you.role;
  return role === "facilitator" || role === "coordinator";
}

/** True for those who only watch and listen. */
export function onlyWatches(session: Session): boolean {
  return (session.self.value?.role ?? session.welcome.value?.you.role) === "observer";
}
