import { describe, expect, it } from "vitest";
import { between, quality, totals } from "./quality";

const report = (received: number, lost: number, bytes: number) => [
  { type: "inbound-rtp", packetsReceived: received, packetsLost: lost, bytesReceived: bytes },
  { type: "remote-inbound-rtp", fractionLost: 0.02 },
  { type: "local-candidate", id: "l1", candidateType: "host", protocol: "udp" },
  {
    type: "candidate-pair",
    nominated: true,
    state: "succeeded",
    currentRoundTripTime: 0.08,
    localCandidateId: "l1",
  },
];

describe("the line", () => {
  it("is measured between two reports", () => {
    const measure = between(totals(report(100, 0, 1_000), 0), totals(report(190, 10, 26_000), 2_000));
    expect(measure).toMatchObject({
      roundTrip: 80,
      lossIn: 0.1,
      lossOut: 0.02,
      bitsIn: 100_000,
      path: "udp",
    });
  });

  it("counts nothing twice or below zero when the peer connection is a new one", () => {
    const measure = between(totals(report(500, 20, 90_000), 0), totals(report(10, 0, 1_000), 2_000));
    expect(measure).toMatchObject({ lossIn: 0, bitsIn: 0 });
  });

  it("is good, unsteady or poor by its worst side", () => {
    const fine = { roundTrip: 40, lossIn: 0, lossOut: 0, bitsIn: 0, bitsOut: 0, path: "udp" };
    expect(quality(null, false)).toBe("unknown");
    expect(quality(null, true)).toBe("narrow");
    expect(quality(fine, false)).toBe("good");
    expect(quality({ ...fine, roundTrip: 400 }, false)).toBe("fair");
    expect(quality({ ...fine, lossOut: 0.05 }, false)).toBe("fair");
    expect(quality({ ...fine, roundTrip: 400 }, true)).toBe("narrow");
    expect(quality({ ...fine, lossIn: 0.2 }, true)).toBe("poor");
  });
});
