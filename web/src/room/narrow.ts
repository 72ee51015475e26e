import type { VideoSlot } from "../wire";

/** How long a picture may be withheld before the page says so: a dip of the line is over by then. */
export const LASTING_MS = 1_000;

/** What a tile shows: the picture, its last frame, that the line is too slow for it, or who it would be. */
export type Face = "picture" | "still" | "narrow" | "nobody";

/**
 * What a tile shows next, by what it showed before. A picture that is withheld stands still until that has `lasted`;
 * from then on the tile says why, until the picture is really back.
 */
export function nextFace(before: Face, state: VideoSlot["state"] | undefined, lasted: boolean): Face {
  switch (state) {
    case "live":
      return "picture";
    case "limited":
      if (lasted) return "narrow";
      return before === "picture" ? "still" : before;
    case "starting":
      return before === "picture" ? "nobody" : before;
    default:
      return "nobody";
  }
}
