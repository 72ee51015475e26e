import { expect, test } from "vitest";
import type { Delivery, DeliveryAttempt, WebhookEndpoint } from "../../api/webhooks";
import { clockStyle } from "./time";
import {
  attentionWords,
  deliveryWords,
  endpointDetail,
  endpointState,
  eventWords,
  rangeOf,
  replayedWords,
  startOfReplay,
  subjectOf,
  subjectsOf,
  tryWords,
  wantedWords,
} from "./webhooks";

clockStyle.cycle = "h23";
const now = new Date("2026-11-21T12:00:00Z");

const endpoint: WebhookEndpoint = {
  id: "wep_1",
  url: "https://calendar.example.org/hook",
  description: "",
  event_types: [],
  status: "enabled",
  created_at: "2026-11-20T12:00:00Z",
  failing_since: null,
  next_attempt_at: null,
  failures: 0,
  disabled_reason: "",
  previous_secret_until: null,
  pending: 0,
};
const failing = {
  ...endpoint,
  pending: 2,
  failing_since: "2026-11-21T11:30:00Z",
  failures: 5,
  next_attempt_at: "2026-11-21T12:00:20Z",
};

const delivery: Delivery = {
  id: "dlv_1",
  event_id: "evt_1",
  endpoint_id: "wep_1",
  event_type: "session.opened",
  session_id: "ses_1",
  stream: "ses_1",
  seq: 1,
  replays: 0,
  state: "pending",
  created_at: "2026-11-21T11:30:00Z",
  next_attempt_at: null,
  delivered_at: null,
  counted_attempts: 0,
  attempts: [],
};

const last: DeliveryAttempt = {
  at: "2026-11-21T11:59:00Z",
  status: 500,
  error: "",
  duration_ms: 12,
  request: {},
  response_headers: {},
  response_excerpt: "",
};

test("an endpoint that receives needs no attention", () => {
  expect(endpointState(endpoint).words).toBe("Receiving updates");
  expect(endpointDetail(endpoint, now)).toBe("");
  expect(attentionWords([endpoint], now)).toEqual([]);
});

test("a failing endpoint says since when, how often, when next and what waits", () => {
  expect(endpointState(failing).words).toBe("Not receiving updates");
  expect(endpointDetail(failing, now)).toMatch(
    /^5 tries failed since today .*Next try in 20 seconds\. 2 updates wait and will be sent in order\.$/,
  );
  expect(attentionWords([failing], now)[0]).toContain(
    "(calendar.example.org) has received no updates since today",
  );
});

test("switching off by hand is no trouble, switching off by the service is", () => {
  const off = {
    ...failing,
    status: "disabled" as const,
    disabled_reason: "Disabled over the API or the console.",
  };
  expect(endpointState(off).words).toBe("Switched off");
  expect(endpointDetail(off, now)).toMatch(/^2 updates wait until it is switched on again\./);
  expect(deliveryWords(delivery, off, now)).toBe("Waits until updates are switched on again");
  expect(attentionWords([off], now)).toEqual([]);
  expect(attentionWords([{ ...off, disabled_reason: "It answered 410." }], now)[0]).toContain(
    "It answered 410.",
  );
});

test("what is paused says what waits for it, and its updates do", () => {
  const paused = { ...endpoint, status: "paused" as const, pending: 2 };
  expect(endpointState(paused)).toEqual({ words: "Paused", look: "off" });
  expect(endpointDetail(paused, now)).toBe("2 updates wait, to be sent in order when you go on.");
  expect(deliveryWords(delivery, paused, now)).toBe("Waits until you go on");
  expect(attentionWords([paused], now)).toEqual([
    "Updates to the scheduling system (calendar.example.org) are paused: 2 updates wait for you to go on.",
  ]);
  expect(attentionWords([{ ...paused, pending: 0 }], now)).toEqual([]);
});

test("every kind of update has words, and but for the test a subject to choose it by", () => {
  const schemas = import.meta.glob("../../../../docs/schemas/*.json");
  const types = Object.keys(schemas).map((file) => file.replace(/^.*\/(.*)\.v\d+\.json$/, "$1"));
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => eventWords(type) === type)).toEqual([]);
  const chosen = subjectsOf(types).flatMap((one) => one.types);
  expect(types.filter((type) => !chosen.includes(type))).toEqual(["endpoint.test"]);
  expect(wantedWords(endpoint)).toBe("Told of everything.");
  expect(wantedWords({ ...endpoint, event_types: ["session.opened", "attendance.ready"] })).toBe(
    "Told of 2 kinds of updates: sessions, attendance and counted time.",
  );
});

test("an update leads to what it is about, and a try says what came back", () => {
  expect(subjectOf(delivery)).toEqual({ name: "session", id: "ses_1" });
  const of = (stream: string) => subjectOf({ ...delivery, session_id: null, stream });
  expect([of("srs_1")?.name, of("prg_1")?.name, of("wep_1")]).toEqual(["series", "program", null]);
  expect(tryWords(last)).toBe("answered 500 in 12 ms");
  expect(tryWords({ ...last, status: null, error: "timed out", duration_ms: 15_000 })).toBe(
    "no answer in 15.0 s: timed out",
  );
  expect(replayedWords({ queued: 1, waiting: 2 })).toBe(
    "1 update is on the way again. 2 were on the way already.",
  );
  expect(rangeOf("2026-11-21T10:00", "2026-11-21T09:00", now)).toBeNull();
  const range = rangeOf(startOfReplay(now), "", now);
  expect(range).toEqual({ from: "2026-11-20T12:00:00.000Z", until: now.toISOString() });
});

test("a delivery says what became of it", () => {
  expect(deliveryWords(delivery, endpoint, now)).toBe("On its way");
  expect(deliveryWords(delivery, failing, now)).toBe("Waits for the updates before it");
  const retried = {
    ...delivery,
    counted_attempts: 2,
    next_attempt_at: "2026-11-21T12:00:20Z",
    attempts: [last, last],
  };
  expect(deliveryWords(retried, endpoint, now)).toMatch(/^Next try in 20 seconds: answered 500 at/);
  expect(deliveryWords({ ...retried, state: "failed" }, endpoint, now)).toMatch(
    /^Given up after 2 tries: answered 500/,
  );
  const received = { ...retried, state: "delivered" as const, delivered_at: "2026-11-21T12:00:00Z" };
  expect(deliveryWords(received, endpoint, now)).toMatch(/^Received today .*, at try 2$/);
});
