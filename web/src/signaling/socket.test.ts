import { beforeEach, describe, expect, it } from "vitest";
import type { ClientMessage, Resume, ServerMessage } from "../wire";
import { CLOSE, isFinal, pause } from "./closing";
import { FakeClock } from "./fake-clock";
import { type Line, SignalingSocket, type SocketState, socketUrl } from "./socket";

class FakeLine implements Line {
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  sent: ClientMessage[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }

  receive(message: Partial<ServerMessage>): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent<string>);
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

let clock: FakeClock;
let lines: FakeLine[];
let states: SocketState[];
let resume: Resume | null;
let socket: SignalingSocket;
const welcome: Partial<ServerMessage> = { type: "welcome", server_time: "2026-11-21T16:00:00Z" };
const last = () => lines[lines.length - 1] as FakeLine;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  states = [];
  resume = null;
  socket = new SignalingSocket({
    url: "ws://here/ws",
    token: "token",
    clock,
    resume: () => resume,
    onMessage: () => {},
    onState: (state) => states.push(state),
    connect: () => {
      lines.push(new FakeLine());
      return last();
    },
  });
  socket.connect();
  last().open();
});

describe("the signaling socket", () => {
  it("is found on the same host, encrypted where the page is", () => {
    expect(socketUrl({ protocol: "https:", host: "hub.example" } as Location)).toBe("wss://hub.example/ws");
    expect(socketUrl({ protocol: "http:", host: "127.0.0.1:8080" } as Location)).toBe(
      "ws://127.0.0.1:8080/ws",
    );
  });

  it("greets first and sends nothing else before it is welcome", () => {
    expect(last().sent).toEqual([{ type: "hello", protocol: 1, token: "token", client: "web/0.1.0" }]);
    expect(socket.send({ type: "leave" })).toBe(false);
    last().receive(welcome);
    expect(socket.send({ type: "leave" })).toBe(true);
  });

  it("comes back with the connection that it had", () => {
    last().receive(welcome);
    resume = { connection_id: "con_1", secret: "s".repeat(22) };
    last().drop(1006);
    expect(socket.state).toEqual({ name: "lost", since: 0 });
    clock.advance(1_000);
    expect(lines).toHaveLength(2);
    last().open();
    expect(last().sent[0]).toMatchObject({ type: "hello", resume });
  });

  it("remembers when the line was lost over several vain attempts", () => {
    last().receive(welcome);
    clock.advance(500);
    last().drop(1006);
    for (let vain = 0; vain < 4; vain += 1) {
      clock.advance(5_000);
      last().drop(1006);
    }
    expect(socket.state).toEqual({ name: "lost", since: 500 });
  });

  it("gives a line up that answers no ping for six seconds", () => {
    last().receive(welcome);
    clock.advance(7_900);
    expect(socket.state.name).toBe("lost");
    expect(lines[0]?.readyState).toBe(3);
  });

  it("keeps a line that answers, and knows its round trip", () => {
    last().receive(welcome);
    for (let second = 0; second < 30; second += 1) {
      const ping = last().sent.at(-1);
      clock.advance(40);
      if (ping?.type === "ping") {
        last().receive({ type: "pong", stamp: ping.stamp, server_time: "2026-11-21T16:00:00Z" });
      }
      clock.advance(1_960);
    }
    expect(socket.state.name).toBe("open");
    expect(socket.roundTrip).toBe(40);
  });

  it("does not wait for a welcome for ever", () => {
    clock.advance(8_000);
    expect(socket.state.name).toBe("lost");
  });

  it("stays closed after a code that is final, and after its own close", () => {
    last().receive(welcome);
    last().drop(CLOSE.removed);
    clock.advance(60_000);
    expect(lines).toHaveLength(1);
    expect(socket.state).toEqual({ name: "closed", code: CLOSE.removed });
    socket.connect();
    expect(lines).toHaveLength(1);
  });

  it("tries at once when the network is back", () => {
    last().receive(welcome);
    last().drop(1006);
    socket.hurry();
    expect(lines).toHaveLength(2);
    clock.advance(1_000);
    expect(lines).toHaveLength(2);
  });
});

describe("the pause before the next attempt", () => {
  it("doubles up to five seconds, never less than half of it", () => {
    expect(pause(1006, 0, () => 0)).toBe(125);
    expect(pause(1006, 3, () => 1)).toBe(2_000);
    expect(pause(1006, 20, () => 1)).toBe(5_000);
  });

  it("is long after the service refused us, and spread after its restart", () => {
    expect(pause(CLOSE.tooMany, 0, () => 0)).toBe(10_000);
    expect(pause(CLOSE.goingAway, 0, () => 1)).toBe(2_000);
  });

  it("is endless only where the link itself leads nowhere", () => {
    expect(isFinal(CLOSE.linkInvalid)).toBe(true);
    expect(isFinal(CLOSE.takenOver)).toBe(true);
    expect(isFinal(4500)).toBe(false);
    expect(isFinal(4006)).toBe(false);
  });
});
