import { describe, expect, it } from "vitest";
import type { VideoSlot } from "../wire";
import { type Face, nextFace } from "./narrow";

type Moment = VideoSlot["state"] | "gone" | "limited for long";

/** The faces of one tile while its slot goes through these. */
function faces(...moments: Moment[]): Face[] {
  let face: Face = "nobody";
  return moments.map((moment) => {
    const lasted = moment === "limited for long";
    face = nextFace(face, lasted ? "limited" : moment === "gone" ? undefined : moment, lasted);
    return face;
  });
}

describe("a tile whose picture the line cannot carry", () => {
  it("stands still for a moment, then says why, and shows the picture as soon as it is back", () => {
    expect(faces("live", "limited", "limited for long", "live")).toEqual([
      "picture",
      "still",
      "narrow",
      "picture",
    ]);
  });

  it("says nothing of a short dip", () => {
    expect(faces("live", "limited", "starting", "live")).toEqual(["picture", "still", "still", "picture"]);
  });

  it("does not flicker while the picture starts again", () => {
    expect(faces("limited for long", "starting", "limited", "starting", "live")).toEqual([
      "narrow",
      "narrow",
      "narrow",
      "narrow",
      "picture",
    ]);
  });

  it("shows the person where no picture ever came, and blames the line for nobody who stopped", () => {
    expect(faces("starting", "limited")).toEqual(["nobody", "nobody"]);
    expect(faces("limited for long", "paused")).toEqual(["narrow", "nobody"]);
    expect(faces("limited for long", "gone")).toEqual(["narrow", "nobody"]);
  });
});
