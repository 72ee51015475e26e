import { useEffect, useRef } from "preact/hooks";
import type { RemotePicture } from "../session/remote";
import { useLasting, useSession } from "../session/SessionContext";
import { announce } from "../ui/LiveRegion";
import { type Face, LASTING_MS, nextFace } from "./narrow";

/** What the tile of this picture shows now. */
export function useFace(picture: RemotePicture | null): Face {
  const shown = useRef<{ key: string | undefined; face: Face }>({ key: undefined, face: "nobody" });
  const lasted = useLasting(picture?.state === "limited", LASTING_MS);
  const before = shown.current.key === picture?.key ? shown.current.face : "nobody";
  const face = nextFace(before, picture?.state, lasted);
  shown.current = { key: picture?.key, face };
  return face;
}

/** True while the line has been too slow for some picture for longer than a moment. */
export function useNarrow(): boolean {
  const session = useSession();
  return useLasting(session.remote.limited.value, LASTING_MS);
}

/** Has it read out, once a visit: the tiles say it for as long as it is so. */
export function useNarrowNews(): void {
  const narrow = useNarrow();
  const told = useRef(false);
  useEffect(() => {
    if (!narrow || told.current) return;
    told.current = true;
    announce("Your connection is too slow for some pictures. Sound goes on.");
  }, [narrow]);
}
