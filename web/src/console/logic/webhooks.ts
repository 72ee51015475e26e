/** The state of the scheduling system's updates in plain words. */

import type { Delivery, DeliveryAttempt, Range, Replayed, WebhookEndpoint } from "../../api/webhooks";
import type { Route } from "./route";
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
  if (endpoint.status === "paused") return { words: "Paused", look: "off" };
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
  if (endpoint.status === "paused") {
    if (endpoint.pending === 0) return "What happens meanwhile is kept, and sent in order when you go on.";
    return `${plural(endpoint.pending, "update waits", "updates wait")}, to be sent in order when you go on.`;
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
    if (endpoint.status === "paused" && endpoint.pending > 0) {
      const wait = plural(endpoint.pending, "update waits", "updates wait");
      return [`Updates to the scheduling system (${name}) are paused: ${wait} for you to go on.`];
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
  "program.created": "Program made",
  "program.updated": "Program changed",
  "program.archived": "Program put away",
  "program.restored": "Program taken out again",
  "series.created": "Series made",
  "series.updated": "Series changed",
  "series.cancelled": "Series cancelled",
  "series.restored": "Series restored",
  "session.scheduled": "Session planned",
  "session.updated": "Session changed",
  "session.cancelled": "Session cancelled",
  "session.restored": "Session restored",
  "session.opened": "Session opened",
  "session.closed": "Session closed",
  "registration.created": "Somebody registered",
  "registration.approved": "Registration approved",
  "registration.declined": "Registration declined",
  "registration.waiting": "Put on the waiting list",
  "registration.withdrawn": "Registration withdrawn",
  "registration.updated": "Registration changed",
  "participant.joined": "Someone joined",
  "participant.left": "Someone left",
  "participant.checked_in": "Someone checked in at a shared camera",
  "participant.checked_out": "Someone checked out at a shared camera",
  "attendance.ready": "Attendance ready",
  "attendance.finalized": "Attendance final",
  "attendance.amended": "Attendance corrected",
  "endpoint.test": "Test",
};

/** What the kinds of updates are about, by the first word of their names. */
const SUBJECTS: Readonly<Record<string, string>> = {
  program: "Programs",
  series: "Series",
  session: "Sessions",
  registration: "Registrations",
  participant: "Who comes and goes",
  attendance: "Attendance and counted time",
};

/** The kinds to choose from, by what they are about. A test goes wherever somebody sends it. */
export function subjectsOf(
  types: readonly string[],
): readonly { readonly subject: string; readonly words: string; readonly types: readonly string[] }[] {
  return Object.entries(SUBJECTS).map(([subject, words]) => ({
    subject,
    words,
    types: types.filter((type) => type.startsWith(`${subject}.`)),
  }));
}

/** "Told of everything", or of what. */
export function wantedWords(endpoint: WebhookEndpoint): string {
  const wanted = endpoint.event_types;
  if (wanted.length === 0) return "Told of everything.";
  const subjects = subjectsOf(wanted).filter((one) => one.types.length > 0);
  const words = subjects.map((one) => one.words.charAt(0).toLowerCase() + one.words.slice(1));
  return `Told of ${plural(wanted.length, "kind", "kinds")} of updates: ${words.join(", ")}.`;
}

/** The page of the console about whatever an update is about. */
export function subjectOf(delivery: Delivery): Route | null {
  if (delivery.session_id) return { name: "session", id: delivery.session_id };
  if (delivery.stream.startsWith("srs_")) return { name: "series", id: delivery.stream };
  if (delivery.stream.startsWith("prg_")) return { name: "program", id: delivery.stream };
  return null;
}

/** "answered 200 in 35 ms", "no answer: timed out". */
export function tryWords(attempt: DeliveryAttempt): string {
  const took =
    attempt.duration_ms < 1000 ? `${attempt.duration_ms} ms` : `${(attempt.duration_ms / 1000).toFixed(1)} s`;
  if (attempt.status !== null) return `answered ${attempt.status} in ${took}`;
  return `no answer in ${took}${attempt.error ? `: ${attempt.error}` : ""}`;
}

/** "12 updates are on their way." */
export function replayedWords({ queued, waiting }: Replayed): string {
  if (queued + waiting === 0) return "Nothing happened in that time.";
  const were = waiting > 0 ? ` ${plural(waiting, "was", "were")} on the way already.` : "";
  return `${plural(queued, "update is", "updates are")} on the way again.${were}`;
}

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
  if (endpoint.status === "paused") return "Waits until you go on";
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

/** A day ago, as the fields of a form have it. */
export function startOfReplay(now: Date): string {
  return localInput(new Date(now.getTime() - 24 * 3600 * 1000));
}

/** The range that two fields of a form name, or null where they name none. */
export function rangeOf(from: string, until: string, now: Date): Range | null {
  const start = new Date(from);
  const end = until ? new Date(until) : now;
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime()) || start >= end) return null;
  return { from: start.toISOString(), until: end.toISOString() };
}

/** "2026-11-21T16:00" on the clock of this browser. */
function localInput(instant: Date): string {
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
