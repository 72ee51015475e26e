import { signal } from "@preact/signals";
import type { Clock } from "../signaling/clock";
import type { Source } from "../wire";
import type { Offer, Peer } from "./peer";

const DISCONNECTED_MS = 3_000; // a short gap heals by itself
const CONNECT_WITHIN_MS = 8_000;
const ANSWER_WITHIN_MS = 8_000;
const PAUSES_MS = [0, 1_000, 2_000, 4_000, 5_000];

export type LinkState = "new" | "connecting" | "up" | "broken";

/** What the link needs of a peer connection; `Peer` is one. */
export type LinkPeer = Pick<Peer, "offer" | "accept" | "send" | "close">;

export interface LinkOptions<P extends LinkPeer> {
  makePeer(onState: (state: RTCPeerConnectionState) => void): P;
  /** Sends the `rejoin`; false where the signaling line is lost. */
  sendRejoin(offer: Offer): boolean;
  /** A new peer connection takes over; its tracks are the ones to show from now on. */
  onPeer(peer: P): void;
  clock: Clock;
}

/**
 * The media path of one participant over time: the peer connection in use, and a fresh one whenever the
 * one in use is dead. What is sent stays the same across them.
 */
export class MediaLink<P extends LinkPeer> {
  readonly state = signal<LinkState>("new");
  /** The `now()` at which media stopped; null while it flows or before it first did. */
  readonly brokenSince = signal<number | null>(null);
  peer: P | null = null;
  /** How many offers were made; one a join. */
  offers = 0;

  readonly #options: LinkOptions<P>;
  readonly #sources = new Map<Source, MediaStreamTrack | null>();
  #fresh: { peer: P; offer: Promise<Offer> } | null = null;
  /** True while the latest offer never left this device, so that it is still good. */
  #unsent = false;
  #attempt = 0;
  #cancel: () => void = () => {};
  #closed = false;

  constructor(options: LinkOptions<P>) {
    this.#options = options;
  }

  /** The offer for a join. The same one until it was answered, so it can be made ahead. */
  prepare(): Promise<Offer> {
    this.#fresh ??= this.#make();
    return this.#fresh.offer;
  }

  /** The service's answer to the latest offer. */
  async answered(answer: string): Promise<void> {
    const fresh = this.#fresh;
    if (!fresh || this.#closed) return;
    this.#fresh = null;
    this.#unsent = false;
    this.peer?.close();
    this.peer = fresh.peer;
    if (this.state.value === "new") this.state.value = "connecting";
    for (const [source, track] of this.#sources) void fresh.peer.send(source, track);
    this.#wait(CONNECT_WITHIN_MS, () => this.#again());
    this.#options.onPeer(fresh.peer);
    try {
      await fresh.peer.accept(answer);
    } catch {
      this.#again(); // an answer that fits no more, such as one of a service that has restarted since
    }
  }

  /** Sends this track as the source from now on, across rejoins. */
  send(source: Source, track: MediaStreamTrack | null): void {
    this.#sources.set(source, track);
    void this.peer?.send(source, track);
  }

  /** Builds the media path anew after so many milliseconds. */
  rejoin(afterMs: number): void {
    if (this.#closed) return;
    this.#broken();
    this.#wait(afterMs, () => void this.#tryRejoin());
  }

  /** The service would not take the latest offer now: tries again, later each time. */
  refused(): void {
    if (this.#fresh) this.#again();
  }

  /** The signaling line is back: what could not be sent is sent now. */
  resume(): void {
    if (this.state.value !== "up") this.rejoin(0);
  }

  /** The network went away and came back, so every address may be another one. */
  networkChanged(): void {
    if (this.state.value !== "new") this.rejoin(0);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#fresh?.peer.close();
    this.peer?.close();
  }

  #make(): { peer: P; offer: Promise<Offer> } {
    this.offers += 1;
    const peer = this.#options.makePeer((state) => {
      if (peer === this.peer) this.#changed(state);
    });
    return { peer, offer: peer.offer() };
  }

  #changed(state: RTCPeerConnectionState): void {
    if (this.#fresh) return; // a new path is on its way, and the service has let go of this one
    switch (state) {
      case "connected":
        this.#cancel();
        this.#attempt = 0;
        this.brokenSince.value = null;
        this.state.value = "up";
        break;
      case "disconnected":
        this.#broken();
        this.#wait(DISCONNECTED_MS, () => this.rejoin(0));
        break;
      case "failed":
        this.#again();
        break;
    }
  }

  async #tryRejoin(): Promise<void> {
    if (!this.#unsent || !this.#fresh) {
      this.#fresh?.peer.close();
      this.#fresh = this.#make();
    }
    const fresh = this.#fresh;
    const offer = await fresh.offer;
    if (this.#closed || fresh !== this.#fresh) return;
    this.#unsent = !this.#options.sendRejoin(offer); // then resume() comes back to it
    if (!this.#unsent) this.#wait(ANSWER_WITHIN_MS, () => this.#again());
  }

  #again(): void {
    const pause = PAUSES_MS[Math.min(this.#attempt, PAUSES_MS.length - 1)] ?? 0;
    this.#attempt += 1;
    this.rejoin(pause);
  }

  #broken(): void {
    this.brokenSince.value ??= this.#options.clock.now();
    this.state.value = "broken";
  }

  #wait(milliseconds: number, call: () => void): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#options.clock.after(milliseconds, call);
  }
}
