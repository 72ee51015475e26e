import { useEffect } from "preact/hooks";
import { useSession } from "../session/SessionContext";

/** Opens microphone and camera once, as soon as there is something to prepare for. */
export function useDevices(): void {
  const { local } = useSession();
  useEffect(() => {
    const untouched =
      local.microphone.state.peek().name === "off" && local.camera.state.peek().name === "off";
    if (untouched) void local.start();
  }, [local]);
}
