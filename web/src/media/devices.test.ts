import { describe, expect, it } from "vitest";
import { cameraConstraints, microphoneConstraints, sortDevices, troubleOf } from "./devices";
import { decibels, share } from "./level";
import { allowSteps, type BrowserFamily, browserFamily, troubleWords } from "./words";

describe("a device that does not start", () => {
  it("is refused, missing, busy or broken, by the browser's error", () => {
    const of = (name: string) => troubleOf(new DOMException("", name));
    expect(of("NotAllowedError")).toBe("refused");
    expect(of("OverconstrainedError")).toBe("missing");
    expect(of("NotReadableError")).toBe("busy");
    expect(troubleOf("anything")).toBe("failed");
  });

  it("is explained in a sentence that names it", () => {
    for (const trouble of ["refused", "missing", "busy", "insecure", "failed"] as const) {
      expect(troubleWords("camera", trouble)).toContain("camera");
    }
  });
});

describe("device lists", () => {
  it("number devices whose names the browser hides, and leave out what it hides altogether", () => {
    const found = [
      { kind: "audioinput", deviceId: "a", label: "" },
      { kind: "audioinput", deviceId: "b", label: "Headset" },
      { kind: "videoinput", deviceId: "", label: "" },
    ] as const;
    expect(sortDevices(found)).toEqual({
      microphone: [
        { id: "a", label: "Microphone 1" },
        { id: "b", label: "Headset" },
      ],
      camera: [],
      speaker: [],
    });
  });

  it("ask for exactly the chosen device, and for the face camera otherwise", () => {
    expect(microphoneConstraints({ deviceId: "a" }).deviceId).toEqual({ exact: "a" });
    expect(cameraConstraints({}).facingMode).toEqual({ ideal: "user" });
    expect(cameraConstraints({ deviceId: "c", facing: "environment" }).facingMode).toBeUndefined();
  });
});

describe("the microphone's level", () => {
  it("is nothing for silence and full for the loudest tone", () => {
    expect(share(decibels(new Float32Array(64)))).toBe(0);
    expect(share(decibels(new Float32Array(64).fill(1)))).toBe(1);
    expect(share(decibels(new Float32Array(64).fill(0.01)))).toBeCloseTo(0.43, 1);
  });
});

describe("the words about permissions", () => {
  it("fit the browser that the visitor uses", () => {
    const chrome =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    const safari =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    expect(browserFamily(chrome, 0)).toBe("chromium");
    expect(browserFamily(safari, 0)).toBe("safari");
    expect(browserFamily(safari, 5)).toBe("ios"); // a tablet that calls itself a Macintosh
    expect(browserFamily("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", 0)).toBe(
      "firefox",
    );
  });

  it("have three steps for each", () => {
    const families: BrowserFamily[] = ["chromium", "firefox", "safari", "ios", "android", "other"];
    for (const family of families) expect(allowSteps(family)).toHaveLength(3);
  });
});
