import { signal } from "@preact/signals";
import { ApiError, wordsOf } from "../../api/problem";
import { applyDelta, fromRoom, type RoomState, spokenChanges } from "../../room/state";
import { type Clock, realClock } from "../../signaling/clock";
import { CLOSE } from "../../signaling/closing";
import { SignalingSocket, type SocketOptions, type SocketState } from "../../signaling/socket";
import type { ClientMessage, ServerMessage } from "../../wire";

/** How the console's view of a room stands. */
export interface Watched {
  readonly line: "connecting" | "live" | "lost" | "over";
  /** The newest state; it stays on screen while the line is lost. */
  readonly room: RoomState | null;
  /** The service said that the end is near. */
  readonly endingSoon: boolean;
  /** Words for the last thing that was refused, or "". */
  readonly problem: string;
}

export interface WatchOptions {
  /** A fresh token; the one before may have expired. */
  token(): Promise<string>;
  url: string;
  announce(sentence: string): void;
  clock?: Clock;
  socket?(
    options: SocketOptions,
  ): Pick<SignalingSocket, "connect" | "send" | "close" | "resync" | "clockOffset">;
}

const TOKEN_CLOSES: ReadonlySet<number> = new Set([CLOSE.linkInvalid, CLOSE.linkExpired, CLOSE.notAllowed]);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Follows one room over the signaling socket without joining it, with a new token whenever the old one is spent. */
export class RoomWatch {
  readonly state = signal<Watched>({ line: "connecting", room: null, endingSoon: false, problem: "" });

  readonly #options: WatchOptions;
  readonly #clock: Clock;
  #socket: ReturnType<NonNullable<WatchOptions["socket"]>> | null = null;
  #cancel: () => void = () => undefined;
  #failures = 0;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  /** Asks for a token and opens the socket. */
  async start(): Promise<void> {
    let token: string;
    try {
      token = await this.#options.token();
    } catch (error) {
      if (!this.#stopped) this.#refused(error);
      return;
    }
    if (this.#stopped) return;
    const create = this.#options.socket ?? ((options) => new SignalingSocket(options));
    this.#socket = create({
      url: this.#options.url,
      token,
      clock: this.#clock,
      onMessage: (message) => this.#receive(message),
      onState: (state) => this.#changed(state),
    });
    this.#socket.connect();
  }

  /** Ends for good. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#socket?.close();
  }

  /** Sends a moderator's wish; says so where there is no line. */
  send(message: ClientMessage): boolean {
    const sent = this.#socket?.send(message) ?? false;
    this.#put({
      problem: sent ? "" : "The connection to the room is lost for a moment. Try again when it is back.",
    });
    return sent;
  }

  #refused(error: unknown): void {
    const final =
      error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
    this.#put({ line: final ? "over" : "lost", problem: wordsOf(error) });
    if (!final) this.#retry();
  }

  #retry(): void {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancel = this.#clock.after(pause, () => void this.start());
  }

  #changed(state: SocketState): void {
    if (this.#stopped) return;
    if (state.name === "lost") this.#put({ line: "lost" });
    if (state.name !== "closed") return;
    this.#socket = null;
    if (TOKEN_CLOSES.has(state.code)) {
      this.#put({ line: "lost" });
      this.#retry();
    } else this.#put({ line: "over" });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#socket?.send({ type: "watch" });
        break;
      case "room":
        this.#failures = 0;
        this.#show(fromRoom(message));
        break;
      case "delta": {
        const before = this.state.value.room;
        const after = before && applyDelta(before, message);
        if (after) this.#show(after);
        else if (before) this.#socket?.resync();
        break;
      }
      case "ending_soon":
        this.#put({ endingSoon: true });
        this.#options.announce("The session ends soon.");
        break;
      case "ended":
        this.#put({ line: "over" });
        this.#options.announce("The session is over.");
        break;
      case "error":
        if (message.code !== "not_open") this.#put({ problem: message.message });
        break;
      default: // media and greetings: nothing that a watcher shows
    }
  }

  #show(room: RoomState): void {
    const before = this.state.value.room;
    if (before) for (const sentence of spokenChanges(before, room, "")) this.#options.announce(sentence);
    const extended = before !== null && before.session.ends_at < room.session.ends_at;
    const endingSoon = this.state.value.endingSoon && !extended;
    this.#put({ line: "live", room, endingSoon });
  }

  #put(part: Partial<Watched>): void {
    this.state.value = { ...this.state.value, ...part };
  }
}
