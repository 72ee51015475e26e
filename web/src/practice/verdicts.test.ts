import { describe, expect, it } from "vitest";
import type { InputState } from "../media/input";
import { cameraVerdict, lineVerdict, microphoneVerdict } from "./verdicts";

const on = { name: "on" } as InputState;
const fine = { roundTrip: 20, lossIn: 0, lossOut: 0, bitsIn: 0, bitsOut: 0, path: "udp" };

describe("the verdicts of the practice room", () => {
  it("call the camera good only once its picture came back", () => {
    expect(cameraVerdict(on, "starting").state).toBe("checking");
    expect(cameraVerdict(on, "live").state).toBe("ok");
    expect(cameraVerdict(on, "limited").words).toContain("too slow");
    expect(cameraVerdict({ name: "trouble", trouble: "busy" }, undefined).words).toContain("Another program");
  });

  it("tell a muted microphone from a silent one and from one that was heard", () => {
    expect(microphoneVerdict({ name: "held" } as InputState, false, false).words).toContain("Unmute");
    expect(microphoneVerdict(on, false, true).state).toBe("problem");
    expect(microphoneVerdict(on, true, true).state).toBe("ok");
  });

  it("judge the line in words", () => {
    expect(lineVerdict("up", null, false).state).toBe("checking");
    expect(lineVerdict("up", fine, false).state).toBe("ok");
    expect(lineVerdict("up", fine, true).words).toContain("sound will work");
    expect(lineVerdict("up", { ...fine, lossIn: 0.3 }, false).state).toBe("problem");
    expect(lineVerdict("broken", fine, false).state).toBe("problem");
  });
});
