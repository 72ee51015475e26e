import type { Mids, Source } from "../wire";
import { type Line, shrink } from "./codecs";

const VOICES = 3;

/** The three sizes of a camera, smallest first, as the service forwards them. */
const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const SCREEN: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }];
const VOICE: RTCRtpEncodingParameters[] = [{ maxBitrate: 40_000, priority: "high" }];
const SCREEN_SOUND: RTCRtpEncodingParameters[] = [{ maxBitrate: 96_000 }];

export interface PeerOptions {
  iceServers: RTCIceServer[];
  videoSlots: number;
  onState(state: RTCPeerConnectionState): void;
}

/** Our offer, and which of its m-lines is what. */
export interface Offer {
  offer: string;
  mids: Mids;
}

/**
 * One peer connection for one join: every m-line that will ever be needed is in its first and only offer.
 * What is sent changes by `replaceTrack`, what is received by what the service puts into the slots.
 */
export class Peer {
  readonly pc: RTCPeerConnection;
  /** Tracks of the receiving m-lines, in the order of the mids. */
  readonly voices: readonly MediaStreamTrack[];
  readonly shareSound: MediaStreamTrack;
  readonly videos: readonly MediaStreamTrack[];
  /** How often the browser asked for an offer; more than once would be a fault of ours. */
  negotiations = 0;

  readonly #senders: Record<Source, RTCRtpTransceiver>;
  readonly #receivers: {
    voices: RTCRtpTransceiver[];
    shareSound: RTCRtpTransceiver;
    videos: RTCRtpTransceiver[];
  };

  constructor({ iceServers, videoSlots, onState }: PeerOptions) {
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    this.pc.onnegotiationneeded = () => {
      this.negotiations += 1;
    };
    this.pc.onconnectionstatechange = () => onState(this.pc.connectionState);
    this.#senders = {
      microphone: this.#line("audio", "sendonly", VOICE),
      camera: this.#line("video", "sendonly", CAMERA_LAYERS),
      screen: this.#line("video", "sendonly", SCREEN),
      screen_sound: this.#line("audio", "sendonly", SCREEN_SOUND),
    };
    this.#receivers = {
      voices: Array.from({ length: VOICES }, () => this.#line("audio", "recvonly")),
      shareSound: this.#line("audio", "recvonly"),
      videos: Array.from({ length: videoSlots }, () => this.#line("video", "recvonly")),
    };
    this.voices = this.#receivers.voices.map((one) => one.receiver.track);
    this.shareSound = this.#receivers.shareSound.receiver.track;
    this.videos = this.#receivers.videos.map((one) => one.receiver.track);
  }

  /** Makes the offer. Our candidates are not waited for: the service answers whoever asks it. */
  async offer(): Promise<Offer> {
    await this.pc.setLocalDescription();
    const { voices, shareSound, videos } = this.#receivers;
    return {
      offer: this.pc.localDescription?.sdp ?? "",
      mids: {
        microphone: this.#senders.microphone.mid,
        camera: this.#senders.camera.mid,
        screen: this.#senders.screen.mid,
        screen_sound: this.#senders.screen_sound.mid,
        voices: voices.map(midOf),
        share_sound: shareSound.mid,
        videos: videos.map(midOf),
      },
    };
  }

  /** Takes the service's answer; media flows from here on. */
  async accept(answer: string): Promise<void> {
    await this.pc.setRemoteDescription({ type: "answer", sdp: answer });
  }

  /** Sends this track as the source, or nothing. No negotiation follows. */
  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (this.pc.connectionState === "closed") return;
    await this.#senders[source].sender.replaceTrack(track);
  }

  close(): void {
    this.pc.onnegotiationneeded = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  #line(
    kind: Line["kind"],
    direction: Line["direction"],
    sendEncodings?: RTCRtpEncodingParameters[],
  ): RTCRtpTransceiver {
    const line: Line = sendEncodings ? { kind, direction, sendEncodings } : { kind, direction };
    const transceiver = this.pc.addTransceiver(kind, line);
    shrink(transceiver, line);
    return transceiver;
  }
}

function midOf(transceiver: RTCRtpTransceiver): string {
  if (transceiver.mid === null) throw new Error("an offered m-line has no mid");
  return transceiver.mid;
}
