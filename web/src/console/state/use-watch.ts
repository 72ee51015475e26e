import { useEffect, useState } from "preact/hooks";
import { consoleToken } from "../../api/sessions";
import { socketUrl } from "../../signaling/socket";
import { announce } from "../../ui/LiveRegion";
import type { ClientMessage } from "../../wire";
import { noticeSignedOut } from "./account";
import { RoomWatch, type Watched } from "./watch";

const NOT_YET: Watched = { line: "connecting", room: null, endingSoon: false, problem: "" };

export interface Watching {
  readonly now: Watched;
  send(message: ClientMessage): boolean;
}

/** Follows the room of an open session while the caller is on screen; `null` follows none. */
export function useWatch(sessionId: string | null): Watching {
  const [watch, setWatch] = useState<RoomWatch | null>(null);
  useEffect(() => {
    if (sessionId === null) return;
    const fresh = new RoomWatch({
      url: socketUrl(location),
      announce,
      token: () =>
        consoleToken(sessionId).catch((error: unknown) => {
          noticeSignedOut(error);
          throw error;
        }),
    });
    setWatch(fresh);
    void fresh.start();
    return () => {
      fresh.stop();
      setWatch(null);
    };
  }, [sessionId]);
  return { now: watch?.state.value ?? NOT_YET, send: (message) => watch?.send(message) ?? false };
}
