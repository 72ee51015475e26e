import type { ClientMessage, Resume, ServerMessage, Welcome } from "../wire";
import { type Clock, realClock } from "./clock";
import { isFinal, pause } from "./closing";

export const PROTOCOL = 1;
export const CLIENT = "web/0.1.0";

const PING_EVERY_MS = 2_000;
const DEAD_AFTER_MS = 6_000;
const WELCOME_WITHIN_MS = 8_000;

/** The part of the browser's WebSocket that we use. */
export interface Line {
  readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export type SocketState =
  | { name: "connecting" }
  | { name: "open" }
  /** Lost; `since` is the `now()` of the loss. The next attempt is under way or awaited. */
  | { name: "lost"; since: number }
  /** Over: the code says why, as docs/protocol.md lists them; 0 where the page closed it. */
  | { name: "closed"; code: number };

export interface SocketOptions {
  url: string;
  token: string;
  /** The connection to take over, asked for at every attempt. */
  resume?: () => Resume | null;
  onMessage(message: ServerMessage): void;
  onState?(state: SocketState): void;
  clock?: Clock;
  connect?: (url: string) => Line;
}

/** The address of the signaling socket of the service that this page came from. */
export function socketUrl(location: Location): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
}

/**
 * The signaling socket as a page needs it: greets, watches the line, and comes back by itself with the
 * same connection. Messages before `welcome` and while the line is lost are not kept: whoever needs to
 * repeat something does so on `welcome`.
 */
export class SignalingSocket {
  state: SocketState = { name: "connecting" };
  /** Milliseconds that a message needs to the service and back; null before the first answer. */
  roundTrip: number | null = null;
  /** Service's clock minus this device's, in milliseconds. */
  clockOffset = 0;

  readonly #options: SocketOptions;
  readonly #clock: Clock;
  #line: Line | null = null;
  #attempt = 0;
  #cancelTimers: (() => void)[] = [];
  #pinged: number | null = null;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  /** Opens the line, or tries again at once where the next attempt is awaited. */
  connect(): void {
    if (this.state.name === "closed") return;
    this.#abandon();
    const open = this.#options.connect ?? ((url: string): Line => new WebSocket(url));
    const line = open(this.#options.url);
    this.#line = line;
    line.onopen = () => this.#greet();
    line.onmessage = (event) => this.#receive(event.data);
    line.onclose = (event) => this.#lost(event.code);
    this.#later(WELCOME_WITHIN_MS, () => this.#lost(1006));
  }

  /** Sends, or says false where there is no line to send on. */
  send(message: ClientMessage): boolean {
    if (this.state.name !== "open" || !this.#line) return false;
    this.#line.send(JSON.stringify(message));
    return true;
  }

  /** Drops the line and takes the room's whole state anew, since something was missed. */
  resync(): void {
    if (this.state.name !== "closed") this.#lost(1006);
  }

  /** The network is back, says the browser: does not wait for the next attempt. */
  hurry(): void {
    if (this.state.name === "lost") this.connect();
  }

  /** Ends for good. */
  close(): void {
    this.#line?.close(1000);
    this.#abandon();
    this.#enter({ name: "closed", code: 0 });
  }

  #greet(): void {
    const resume = this.#options.resume?.() ?? null;
    const hello: ClientMessage = {
      type: "hello",
      protocol: PROTOCOL,
      token: this.#options.token,
      client: CLIENT,
    };
    this.#line?.send(JSON.stringify(resume ? { ...hello, resume } : hello));
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "pong") {
      this.#pinged = null;
      this.roundTrip = this.#clock.now() - message.stamp;
      this.#setClock(message.server_time, this.roundTrip);
      return;
    }
    if (message.type === "welcome") this.#welcomed(message);
    this.#options.onMessage(message);
  }

  #welcomed(message: Welcome): void {
    this.#stopTimers();
    this.#attempt = 0;
    this.#pinged = null;
    this.#setClock(message.server_time, 0);
    this.#enter({ name: "open" });
    this.#ping();
  }

  #setClock(serverTime: string, roundTrip: number): void {
    this.clockOffset = Date.parse(serverTime) + roundTrip / 2 - Date.now();
  }

  /** Asks for a sign of life. Only an unanswered question counts, for a hidden page may be slow to ask. */
  #ping(): void {
    const now = this.#clock.now();
    if (this.#pinged !== null && now - this.#pinged >= DEAD_AFTER_MS) {
      this.#lost(1006);
      return;
    }
    if (this.#pinged === null) {
      this.#pinged = now;
      this.send({ type: "ping", stamp: now });
    }
    this.#later(PING_EVERY_MS, () => this.#ping());
  }

  #lost(code: number): void {
    this.#abandon();
    if (isFinal(code)) {
      this.#enter({ name: "closed", code });
      return;
    }
    const since = this.state.name === "lost" ? this.state.since : this.#clock.now();
    this.#enter({ name: "lost", since });
    this.#later(pause(code, this.#attempt, this.#clock.random), () => this.connect());
    this.#attempt += 1;
  }

  /** Lets go of the line without waiting for it to say goodbye, which a dead one never does. */
  #abandon(): void {
    this.#stopTimers();
    const line = this.#line;
    this.#line = null;
    if (!line) return;
    line.onopen = line.onmessage = line.onclose = line.onerror = null;
    if (line.readyState < 2) line.close();
  }

  #later(milliseconds: number, call: () => void): void {
    this.#cancelTimers.push(this.#clock.after(milliseconds, call));
  }

  #stopTimers(): void {
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers = [];
  }

  #enter(state: SocketState): void {
    this.state = state;
    this.#options.onState?.(state);
  }
}
