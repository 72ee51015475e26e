/** The state of the scheduling system's updates in plain words. */

import type { Delivery, WebhookEndpoint } from "../../api/webhooks";
import { browserZone, clock, dayAndClock, plural } from "./time";

/** The service's words for an endpoint that somebody switched off (echo_session.store.webhook_endpoints). */
const BY_HAND = "Disabled over the API or the console.";

/** "today 12:03" where the reader sits. */
function when(instant: string, now: Date): string {
  return dayAndClock(new Date(instant), browserZone(), now);
}

/** One word or two for the list. */
export function endpointState(endpoint: WebhookEndpoint): {
  words: string;
  look: "good" | "trouble" | "off";
} {
  if (endpoint.status === "disabled") return { words: "Switched off", look: "off" };
  if (endpoint.failing_since) return { words: "Not receiving updates", look: "trouble" };
  return { words: "Receiving updates", look: "good" };
}

/** What to know beyond that, or "". */
export function endpointDetail(endpoint: WebhookEndpoint, now: Date): string {
  if (endpoint.status === "disabled") {
    const why = byItself(endpoint) ? `${sentence(endpoint.disabled_reason)} ` : "";
    const waits = plural(endpoint.pending, "update waits", "updates wait");
    const kept = endpoint.pending > 0 ? `${waits} until it is switched on again. ` : "";
    return `${why}${kept}What happens meanwhile is not sent.`;
  }
  if (!endpoint.failing_since) return "";
  const tries = `${plural(endpoint.failures, "try", "tries")} failed since ${when(endpoint.failing_since, now)}.`;
  const next = endpoint.next_attempt_at ? ` Next try ${nextTry(endpoint.next_attempt_at, now)}.` : "";
  return `${tries}${next} ${waitingWords(endpoint.pending)}`;
}

/** True where the service switched it off, for a reason that somebody should read. */
function byItself(endpoint: WebhookEndpoint): boolean {
  return endpoint.status === "disabled" && endpoint.disabled_reason !== BY_HAND;
}

function waitingWords(pending: number): string {
  if (pending === 0) return "Nothing waits to be sent.";
  return `${plural(pending, "update waits", "updates wait")} and will be sent in order.`;
}

function nextTry(instant: string, now: Date): string {
  const seconds = (Date.parse(instant) - now.getTime()) / 1000;
  if (seconds <= 0) return "now";
  if (seconds < 90) return `in ${plural(Math.ceil(seconds), "second")}`;
  return when(instant, now);
}

/** Sentences for the first page, one for each endpoint in trouble. */
export function attentionWords(endpoints: readonly WebhookEndpoint[], now: Date): string[] {
  return endpoints.flatMap((endpoint) => {
    const name = endpoint.description || hostOf(endpoint.url);
    if (endpoint.status === "enabled" && endpoint.failing_since) {
      return [
        `The scheduling system (${name}) has received no updates since ${when(endpoint.failing_since, now)}.`,
      ];
    }
    if (byItself(endpoint)) {
      return [`The scheduling system (${name}) was switched off: ${endpoint.disabled_reason}`];
    }
    return [];
  });
}

/** "example.org" of an address. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

const EVENTS: Readonly<Record<string, string>> = {
  "session.opened": "Session opened",
  "participant.joined": "Someone joined",
  "participant.left": "Someone left",
  "session.closed": "Session closed",
};

export function eventWords(type: string): string {
  return EVENTS[type] ?? type;
}

/** "Received today 12:03", "Next try in 20 seconds: answered 500", "Given up after 12 tries: no answer". */
export function deliveryWords(delivery: Delivery, endpoint: WebhookEndpoint, now: Date): string {
  const tries = Math.max(delivery.counted_attempts, delivery.attempts.length);
  const why = attemptWords(delivery);
  if (delivery.state === "delivered") {
    const again = tries > 1 ? `, at try ${tries}` : "";
    return `Received ${delivery.delivered_at ? when(delivery.delivered_at, now) : ""}${again}`;
  }
  if (delivery.state === "failed") return `Given up after ${plural(tries, "try", "tries")}${why}`;
  if (endpoint.status === "disabled") return "Waits until updates are switched on again";
  if (tries === 0) return endpoint.failing_since ? "Waits for the updates before it" : "On its way";
  const next = delivery.next_attempt_at ? nextTry(delivery.next_attempt_at, now) : "soon";
  return `Next try ${next}${why}`;
}

function attemptWords(delivery: Delivery): string {
  const last = delivery.attempts[0];
  if (!last) return "";
  const said = last.status ? `answered ${last.status}` : last.error || "no answer";
  return `: ${said} at ${clock(new Date(last.at), browserZone())}`;
}

/** A reason as the service wrote it, as a sentence. */
function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
