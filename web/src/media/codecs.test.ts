import { describe, expect, it } from "vitest";
import { type HeaderExtension, type Line, ourCodecs, ourExtensions } from "./codecs";

const MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
const WIDE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const ORIENTATION = "urn:3gpp:video-orientation";
const SENT_AT = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

/** What Chromium has ready for every kind of m-line, in its order. */
const offered: HeaderExtension[] = [LEVEL, SENT_AT, ORIENTATION, WIDE, MID, RID, REPAIRED].map((uri) => ({
  uri,
  direction: "sendrecv",
}));

function left(line: Line): string[] {
  const chosen = ourExtensions(line, offered);
  expect(chosen.map((one) => one.uri)).toEqual(offered.map((one) => one.uri)); // the browser wants all, in its order
  return chosen.filter((one) => one.direction !== "stopped").map((one) => one.uri);
}

describe("our offer", () => {
  it("has one codec a kind, and the repair of VP8", () => {
    const known = ["video/VP8", "video/rtx", "video/VP9", "video/H264", "video/red", "video/ulpfec"].map(
      (mimeType) => ({ mimeType, clockRate: 90_000 }),
    );
    expect(ourCodecs("video", known).map((one) => one.mimeType)).toEqual(["video/VP8", "video/rtx"]);
    expect(ourCodecs("audio", [{ mimeType: "audio/opus" }, { mimeType: "audio/red" }])).toHaveLength(1);
  });

  it("names layers only where there are some", () => {
    const camera: Line = {
      kind: "video",
      direction: "sendonly",
      sendEncodings: [{ rid: "q" }, { rid: "f" }],
    };
    expect(left(camera)).toEqual([ORIENTATION, WIDE, MID, RID, REPAIRED]);
    expect(left({ kind: "video", direction: "sendonly", sendEncodings: [{}] })).toEqual([
      ORIENTATION,
      WIDE,
      MID,
    ]);
    expect(left({ kind: "video", direction: "recvonly" })).toEqual([ORIENTATION, WIDE, MID]);
  });

  it("says how loud a voice is to the service alone", () => {
    expect(left({ kind: "audio", direction: "sendonly", sendEncodings: [{}] })).toEqual([LEVEL, WIDE, MID]);
    expect(left({ kind: "audio", direction: "recvonly" })).toEqual([WIDE, MID]);
  });
});
