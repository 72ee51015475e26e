import { describe, expect, test } from "vitest";
import { ApiError } from "../../api/problem";
import type { Clock } from "../../signaling/clock";
import { CLOSE } from "../../signaling/closing";
import type { SocketOptions } from "../../signaling/socket";
import type { ClientMessage, Room, SessionInfo } from "../../wire";
import { RoomWatch, type WatchOptions } from "./watch";

const session: SessionInfo = {
  session_id: "ses_1",
  title: "Asthma",
  kind: "session",
  status: "open",
  zone: "UTC",
  starts_at: "2026-11-21T16:00:00Z",
  ends_at: "2026-11-21T17:00:00Z",
  opens_at: "2026-11-21T15:45:00Z",
  closes_at: "2026-11-21T17:15:00Z",
  contact: "",
};
const room: Room = { type: "room", revision: 1, session, participants: [], waiting: [] };
const waiting = { waiting_id: "w1", name: "Sam", site: "", profession: "", since: session.starts_at };

/** A watch with a socket and a clock that the test holds. */
function stage(token: WatchOptions["token"] = () => Promise.resolve("token")) {
  const sockets: SocketOptions[] = [];
  const sent: ClientMessage[] = [];
  const said: string[] = [];
  const timers: { milliseconds: number; call: () => void }[] = [];
  let resyncs = 0;
  let open = true;
  const clock: Clock = {
    now: () => 0,
    random: () => 0,
    after(milliseconds, call) {
      timers.push({ milliseconds, call });
      return () => timers.splice(0);
    },
  };
  const watch = new RoomWatch({
    token,
    url: "ws://x/ws",
    announce: (sentence) => said.push(sentence),
    clock,
    socket(options) {
      sockets.push(options);
      return {
        clockOffset: 0,
        connect: () => undefined,
        close: () => options.onState?.({ name: "closed", code: 0 }),
        resync: () => {
          resyncs += 1;
        },
        send: (message) => {
          if (open) sent.push(message);
          return open;
        },
      };
    },
  });
  return {
    watch,
    sockets,
    sent,
    said,
    timers,
    resyncs: () => resyncs,
    cut: () => {
      open = false;
    },
  };
}

describe("following a room", () => {
  test("watches after the welcome and shows the room and its changes", async () => {
    const { watch, sockets, sent, said } = stage();
    await watch.start();
    sockets[0]?.onMessage({ type: "welcome" } as never);
    expect(sent).toEqual([{ type: "watch" }]);
    sockets[0]?.onMessage(room);
    sockets[0]?.onMessage({ type: "delta", revision: 2, changes: [{ op: "waiting_put", waiting }] });
    expect(watch.state.value).toMatchObject({ line: "live", room: { revision: 2, waiting: [waiting] } });
    expect(said).toEqual(["Sam is in the waiting room."]);
  });

  test("asks for the whole room again where a change is missing", async () => {
    const { watch, sockets, resyncs } = stage();
    await watch.start();
    sockets[0]?.onMessage(room);
    sockets[0]?.onMessage({ type: "delta", revision: 5, changes: [] });
    expect(resyncs()).toBe(1);
    expect(watch.state.value.room?.revision).toBe(1);
  });

  test("the notice of the end goes when the session is extended", async () => {
    const { watch, sockets } = stage();
    await watch.start();
    sockets[0]?.onMessage(room);
    sockets[0]?.onMessage({ type: "ending_soon", ends_at: session.ends_at, closes_at: session.closes_at });
    expect(watch.state.value.endingSoon).toBe(true);
    const longer = { ...session, ends_at: "2026-11-21T17:10:00Z" };
    sockets[0]?.onMessage({ type: "delta", revision: 2, changes: [{ op: "session_put", session: longer }] });
    expect(watch.state.value.endingSoon).toBe(false);
  });
});

describe("trouble", () => {
  test("a spent token is replaced and the room stays on screen meanwhile", async () => {
    const { watch, sockets, timers } = stage();
    await watch.start();
    sockets[0]?.onMessage(room);
    sockets[0]?.onState?.({ name: "closed", code: CLOSE.linkExpired });
    expect(watch.state.value).toMatchObject({ line: "lost", room: { revision: 1 } });
    timers[0]?.call();
    await Promise.resolve();
    await Promise.resolve();
    expect(sockets).toHaveLength(2);
  });

  test("the end of the session is not tried again", async () => {
    const { watch, sockets, timers } = stage();
    await watch.start();
    sockets[0]?.onState?.({ name: "closed", code: CLOSE.ended });
    expect(watch.state.value.line).toBe("over");
    expect(timers).toHaveLength(0);
  });

  test("a service that is away is asked again, a refusal is not", async () => {
    const away = stage(() => Promise.reject(new ApiError(0, "No answer.")));
    await away.watch.start();
    expect(away.watch.state.value).toMatchObject({ line: "lost", problem: "No answer." });
    expect(away.timers.map((timer) => timer.milliseconds)).toEqual([1000]);
    const refused = stage(() => Promise.reject(new ApiError(404, "Not here.")));
    await refused.watch.start();
    expect(refused.watch.state.value.line).toBe("over");
    expect(refused.timers).toHaveLength(0);
  });

  test("a wish that could not be sent says so", async () => {
    const { watch, cut } = stage();
    await watch.start();
    cut();
    expect(watch.send({ type: "admit", waiting_id: "w1" })).toBe(false);
    expect(watch.state.value.problem).toContain("lost");
  });

  test("nothing happens after the page has gone", async () => {
    let answer: (token: string) => void = () => undefined;
    const { watch, sockets } = stage(() => new Promise((resolve) => (answer = resolve)));
    const started = watch.start();
    watch.stop();
    answer("late");
    await started;
    expect(sockets).toHaveLength(0);
  });
});
