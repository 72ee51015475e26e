/** Webhook endpoints: where the scheduling system is told of what happens, and what became of it. */

import { ask } from "./http";
import type { Page } from "./types";

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Empty means all. */
  readonly event_types: readonly string[];
  /** What happens is kept for one that is paused; it is not for one that is disabled. */
  readonly status: "enabled" | "paused" | "disabled";
  readonly created_at: string;
  /** Since when nothing got through, or null while all is well. */
  readonly failing_since: string | null;
  readonly next_attempt_at: string | null;
  readonly failures: number;
  /** Why the service switched it off by itself, or "". */
  readonly disabled_reason: string;
  /** Until then two signatures are sent; null unless the secret was changed lately. */
  readonly previous_secret_until: string | null;
  /** Updates on their way. */
  readonly pending: number;
}

/** What making an endpoint answers: the secret is told once and never again. */
export interface NewEndpoint extends WebhookEndpoint {
  readonly secret: string;
}

export interface DeliveryAttempt {
  readonly at: string;
  /** HTTP status; null if no answer came. */
  readonly status: number | null;
  readonly error: string;
  readonly duration_ms: number;
  readonly request: { readonly url?: string; readonly headers?: Readonly<Record<string, string>> };
  readonly response_headers: Readonly<Record<string, string>>;
  /** The beginning of what was answered. */
  readonly response_excerpt: string;
}

export type DeliveryState = "pending" | "delivered" | "failed";

export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly event_type: string;
  readonly session_id: string | null;
  /** What arrives in order: id of the session, else of the series or program. */
  readonly stream: string;
  readonly seq: number;
  readonly state: DeliveryState;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly delivered_at: string | null;
  /** Tries that used up the retry schedule. */
  readonly counted_attempts: number;
  /** How often it was asked for again. */
  readonly replays: number;
  /** The latest tries, newest first. */
  readonly attempts: readonly DeliveryAttempt[];
}

export interface DeliveryDetail extends Delivery {
  readonly body: unknown;
}

export interface EventType {
  readonly type: string;
  /** When it is sent, in a sentence. */
  readonly when: string;
  readonly version: number;
}

export interface Replayed {
  /** Updates that are on their way now. */
  readonly queued: number;
  /** Updates that were on their way already. */
  readonly waiting: number;
}

/** Which updates to send again: of a range of time. */
export interface Range {
  readonly from: string;
  readonly until: string;
}

const at = (id: string, rest = ""): string => `/webhook-endpoints/${encodeURIComponent(id)}${rest}`;
const delivery = (id: string, rest = ""): string => `/deliveries/${encodeURIComponent(id)}${rest}`;

export async function listEndpoints(): Promise<readonly WebhookEndpoint[]> {
  return (await ask<{ items: WebhookEndpoint[] }>("GET", "/webhook-endpoints")).items;
}

export function readEndpoint(id: string): Promise<WebhookEndpoint> {
  return ask("GET", at(id));
}

export function createEndpoint(url: string, description: string): Promise<NewEndpoint> {
  return ask("POST", "/webhook-endpoints", { body: { url, description } });
}

export function changeEndpoint(
  id: string,
  fields: Partial<Pick<WebhookEndpoint, "url" | "description" | "status" | "event_types">>,
): Promise<WebhookEndpoint> {
  return ask("PATCH", at(id), { body: fields });
}

export function pauseEndpoint(id: string): Promise<WebhookEndpoint> {
  return ask("POST", at(id, "/pause"));
}

export function resumeEndpoint(id: string): Promise<WebhookEndpoint> {
  return ask("POST", at(id, "/resume"));
}

export function deleteEndpoint(id: string): Promise<void> {
  return ask("DELETE", at(id));
}

/** A new signing secret; the one before signs too for a day, so that nothing is refused meanwhile. */
export function renewSecret(id: string): Promise<NewEndpoint> {
  return ask("POST", at(id, "/secret"));
}

/** Sends an update that means nothing. */
export function sendTest(id: string): Promise<DeliveryDetail> {
  return ask("POST", at(id, "/test"));
}

export function replay(id: string, range: Range): Promise<Replayed> {
  return ask("POST", at(id, "/replay"), { body: range });
}

/** A page of the updates to an endpoint, latest first. */
export function listDeliveries(
  id: string,
  asked: { readonly state?: DeliveryState; readonly cursor?: string } = {},
): Promise<Page<Delivery>> {
  const query = new URLSearchParams({ limit: "25", ...asked });
  return ask("GET", at(id, `/deliveries?${query}`));
}

export function readDelivery(id: string): Promise<DeliveryDetail> {
  return ask("GET", delivery(id));
}

/** Sends it now, or once more. */
export function retryDelivery(id: string): Promise<DeliveryDetail> {
  return ask("POST", delivery(id, "/retry"));
}

/** Everything that an endpoint may be told of. */
export async function listEventTypes(): Promise<readonly EventType[]> {
  return (await ask<{ items: EventType[] }>("GET", "/event-types")).items;
}
