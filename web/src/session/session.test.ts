import { describe, expect, it } from "vitest";
import { CLOSE } from "../signaling/closing";
import { whyClosed, whyFatal } from "./phase";
import { viewItems, type Watched } from "./views";

const watched = (participantId: string, weight = 0): Watched => ({
  element: {} as Element,
  participantId,
  source: "camera",
  weight,
});

describe("what the page says that it shows", () => {
  it("is the most wanted first, the larger first among equals, nothing of no height", () => {
    const items = viewItems([
      { watched: watched("small"), height: 100 },
      { watched: watched("large"), height: 300 },
      { watched: watched("staged", 10), height: 50 },
      { watched: watched("gone"), height: 0 },
    ]);
    expect(items.map((one) => one.participant_id)).toEqual(["staged", "large", "small"]);
  });

  it("does not change with a pixel more or less", () => {
    const heights = [353, 360, 367].map(
      (height) => viewItems([{ watched: watched("a"), height }])[0]?.height,
    );
    expect(new Set(heights).size).toBe(1);
  });
});

describe("the end of a visit", () => {
  it("has a reason for each final code of the service", () => {
    expect(whyClosed(CLOSE.removed)).toBe("removed");
    expect(whyClosed(CLOSE.takenOver)).toBe("taken_over");
    expect(whyClosed(CLOSE.linkInvalid)).toBe("bad_link");
    expect(whyClosed(CLOSE.normal)).toBe("left");
  });

  it("is not seen in a fatal error after which connecting again may help", () => {
    expect(whyFatal("slow_reader")).toBeNull();
    expect(whyFatal("link_expired")).toBe("expired_link");
  });
});
