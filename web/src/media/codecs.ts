/** Keeps our offer small: parsing SDP is the slowest step of joining, and each codec adds lines to each m-line. */

const WANTED = { audio: ["audio/opus"], video: ["video/vp8", "video/rtx"] };

const EXTENSIONS: readonly string[] = [
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
];

interface HeaderExtension {
  uri: string;
  direction: RTCRtpTransceiverDirection;
}

/** Where the browser lets a page choose header extensions (Chromium; others offer them all, which is fine). */
interface ExtensionChooser {
  getHeaderExtensionsToNegotiate?(): HeaderExtension[];
  setHeaderExtensionsToNegotiate?(extensions: HeaderExtension[]): void;
}

/** True where the browser lets a page choose codecs; without that, the offer must hold fewer slots. */
export function choosesCodecs(): boolean {
  return "RTCRtpTransceiver" in globalThis && "setCodecPreferences" in RTCRtpTransceiver.prototype;
}

/** Leaves in the offer what the service speaks: Opus, or VP8 with its retransmission. */
export function shrink(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  if (choosesCodecs()) {
    const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    const wanted = known.filter((codec) => WANTED[kind].includes(codec.mimeType.toLowerCase()));
    if (wanted.length > 0) transceiver.setCodecPreferences(wanted);
  }
  const chooser = transceiver as unknown as ExtensionChooser;
  const offered = chooser.getHeaderExtensionsToNegotiate?.();
  if (!offered || !chooser.setHeaderExtensionsToNegotiate) return;
  const chosen = offered.map((one) =>
    EXTENSIONS.includes(one.uri) ? one : { ...one, direction: "stopped" as const },
  );
  chooser.setHeaderExtensionsToNegotiate(chosen);
}
