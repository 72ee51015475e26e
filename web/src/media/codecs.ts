/**
 * Keeps our offer small. Each m-line says again which codecs and header extensions it could do; making, sending and
 * reading that is most of what a join costs, so ours say what the service speaks and nothing else.
 */

const CODECS = { audio: ["audio/opus"], video: ["video/vp8", "video/rtx"] };

/** Which m-line a packet is for, and what the sender's estimate of the line is made of. */
const EVERYWHERE = [
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
];
/** How loud a packet is: the service finds out who speaks without decoding. */
const VOICE_SENT = ["urn:ietf:params:rtp-hdrext:ssrc-audio-level"];
/** Which way up a phone is held. */
const PICTURE = ["urn:3gpp:video-orientation"];
/** Which of the sizes of a picture a packet belongs to. */
const LAYERED = [
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
];

/** What an m-line is for. */
export interface Line {
  kind: "audio" | "video";
  direction: "sendonly" | "recvonly";
  sendEncodings?: RTCRtpEncodingParameters[];
}

export interface HeaderExtension {
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

/** Of the codecs that a browser knows, those of the service: Opus, or VP8 with its retransmission. */
export function ourCodecs<Codec extends { mimeType: string }>(
  kind: Line["kind"],
  known: readonly Codec[],
): Codec[] {
  return known.filter((codec) => CODECS[kind].includes(codec.mimeType.toLowerCase()));
}

/** The header extensions that a browser would offer, with all that this m-line has no use for stopped. */
export function ourExtensions(line: Line, offered: readonly HeaderExtension[]): HeaderExtension[] {
  const wanted = [...EVERYWHERE];
  if (line.kind === "video") wanted.push(...PICTURE);
  else if (line.direction === "sendonly") wanted.push(...VOICE_SENT);
  if ((line.sendEncodings?.length ?? 0) > 1) wanted.push(...LAYERED);
  return offered.map((one) => (wanted.includes(one.uri) ? one : { ...one, direction: "stopped" }));
}

/** Leaves in the offer of this m-line what the service speaks, as far as the browser lets us. */
export function shrink(transceiver: RTCRtpTransceiver, line: Line): void {
  if (choosesCodecs()) {
    const codecs = ourCodecs(line.kind, RTCRtpReceiver.getCapabilities(line.kind)?.codecs ?? []);
    if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
  }
  const chooser = transceiver as unknown as ExtensionChooser;
  const offered = chooser.getHeaderExtensionsToNegotiate?.();
  if (offered) chooser.setHeaderExtensionsToNegotiate?.(ourExtensions(line, offered));
}
