import { expect, test } from "vitest";
import type { Delivery, WebhookEndpoint } from "../../api/webhooks";
import { clockStyle } from "./time";
import { attentionWords, deliveryWords, endpointDetail, endpointState } from "./webhooks";

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
  event_type: "session.opened",
  session_id: "ses_1",
  state: "pending",
  created_at: "2026-11-21T11:30:00Z",
  next_attempt_at: null,
  delivered_at: null,
  counted_attempts: 0,
  attempts: [],
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

test("a delivery says what became of it", () => {
  expect(deliveryWords(delivery, endpoint, now)).toBe("On its way");
  expect(deliveryWords(delivery, failing, now)).toBe("Waits for the updates before it");
  const last = { at: "2026-11-21T11:59:00Z", status: 500, error: "", duration_ms: 12 };
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
