import { useEffect } from "preact/hooks";
import { useSession } from "../session/SessionContext";

/** Opens microphone and camera once, for those who will send something. */
export function useDevices(wanted: boolean): void {
  const { local } = useSession();
  useEffect(() => {
    const untouched =
      local.microphone.state.peek().name === "off" && local.camera.state.peek().name === "off";
    if (wanted && untouched) void local.start();
  }, [local, wanted]);
}
