import { useEffect } from "preact/hooks";
import { useSession } from "../session/SessionContext";

/**
 * Opens microphone and camera once, for those who will send something; then makes the offer ahead. In this order,
 * since browsers tell a page about all their network addresses only once it may use the microphone.
 */
export function useDevices(wanted: boolean): void {
  const session = useSession();
  useEffect(() => {
    const { local } = session;
    const untouched =
      local.microphone.state.peek().name === "off" && local.camera.state.peek().name === "off";
    const started = wanted && untouched ? local.start() : Promise.resolve();
    void started.then(() => session.prepare());
  }, [session, wanted]);
}
