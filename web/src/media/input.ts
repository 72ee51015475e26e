import { computed, signal } from "@preact/signals";
import { type InputKind, openInput, type Trouble, troubleOf, type Wish } from "./devices";

export type InputState =
  | { name: "off" }
  | { name: "starting" }
  | { name: "on"; track: MediaStreamTrack }
  /** A muted microphone: nothing is sent, but the device is kept, so that speaking again takes no time. */
  | { name: "held"; track: MediaStreamTrack }
  | { name: "trouble"; trouble: Trouble };

/** The visitor's microphone or camera: on, off, or in trouble. */
export class Input {
  readonly state = signal<InputState>({ name: "off" });
  /** What is to be sent now. */
  readonly sending = computed(() => (this.state.value.name === "on" ? this.state.value.track : null));
  /** The open device, sent or not. */
  readonly track = computed(() => ("track" in this.state.value ? this.state.value.track : null));

  #wish: Wish;
  #turn = 0;

  constructor(
    readonly kind: InputKind,
    wish: Wish,
  ) {
    this.#wish = wish;
  }

  get wish(): Wish {
    return this.#wish;
  }

  /** Opens the device, or takes up a held one. */
  async on(): Promise<void> {
    const state = this.state.value;
    if (state.name === "on" || state.name === "starting") return;
    if (state.name === "held") {
      state.track.enabled = true;
      this.state.value = { name: "on", track: state.track };
      return;
    }
    await this.#open("on");
  }

  /** Stops sending. The camera goes dark; the microphone is held. */
  off(): void {
    const { track } = this;
    this.#turn += 1;
    if (track.value && this.kind === "microphone") {
      track.value.enabled = false;
      this.state.value = { name: "held", track: track.value };
    } else {
      this.release();
    }
  }

  /** Takes another device; at once where one is open. */
  async choose(wish: Wish): Promise<void> {
    this.#wish = wish;
    const { name } = this.state.value;
    if (name === "on" || name === "held") await this.#open(name);
    else if (name === "trouble") await this.#open("on");
  }

  /** Takes a track that was opened together with another kind's. */
  adopt(track: MediaStreamTrack): void {
    this.#turn += 1;
    this.#take(track, "on");
  }

  fail(trouble: Trouble): void {
    this.#turn += 1;
    this.state.value = { name: "trouble", trouble };
  }

  starting(): void {
    this.state.value = { name: "starting" };
  }

  /** Opens the device again where the system took it away, as a telephone call does. */
  async revive(): Promise<void> {
    const state = this.state.value;
    if (!("track" in state) || (state.track.readyState === "live" && !state.track.muted)) return;
    await this.#open(state.name);
  }

  /** Gives the device back. */
  release(): void {
    this.#turn += 1;
    this.#drop();
    this.state.value = { name: "off" };
  }

  async #open(as: "on" | "held"): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#drop(); // phones give a second camera only after the first was let go
    this.starting();
    try {
      const track = await openInput(this.kind, this.#wish);
      if (turn === this.#turn) this.#take(track, as);
      else track.stop(); // the visitor changed their mind meanwhile
    } catch (error) {
      if (turn === this.#turn) this.state.value = { name: "trouble", trouble: troubleOf(error) };
    }
  }

  #take(track: MediaStreamTrack, as: "on" | "held"): void {
    this.#drop();
    track.enabled = as === "on";
    if (track.kind === "video") track.contentHint = "motion";
    track.onended = () => {
      // unplugged, or taken by a telephone call: try whatever device there is now
      if (this.track.value === track) void this.#open(as);
    };
    this.state.value = { name: as, track };
  }

  #drop(): void {
    const track = this.track.peek();
    if (!track) return;
    track.onended = null;
    track.stop();
  }
}
