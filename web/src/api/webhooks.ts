/** Webhook endpoints: where the scheduling system is told of what happens. */

import { ask } from "./http";

export type EventType = "session.opened" | "participant.joined" | "participant.left" | "session.closed";

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Empty means all. */
  readonly event_types: readonly EventType[];
  readonly status: "enabled" | "disabled";
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
}

export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly session_id: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly delivered_at: string | null;
  /** Tries that used up the retry schedule. */
  readonly counted_attempts: number;
  /** The latest ten tries, newest first. */
  readonly attempts: readonly DeliveryAttempt[];
}

const at = (id: string, rest = ""): string => `/webhook-endpoints/${encodeURIComponent(id)}${rest}`;

export async function listEndpoints(): Promise<readonly WebhookEndpoint[]> {
  return (await ask<{ items: WebhookEndpoint[] }>("GET", "/webhook-endpoints")).items;
}

export function createEndpoint(url: string, description: string): Promise<NewEndpoint> {
  return ask("POST", "/webhook-endpoints", { body: { url, description } });
}

export function changeEndpoint(
  id: string,
  fields: Partial<Pick<WebhookEndpoint, "url" | "description" | "status">>,
): Promise<WebhookEndpoint> {
  return ask("PATCH", at(id), { body: fields });
}

export function deleteEndpoint(id: string): Promise<void> {
  return ask("DELETE", at(id));
}

/** A new signing secret; the one before signs too for a day, so that nothing is refused meanwhile. */
export function renewSecret(id: string): Promise<NewEndpoint> {
  return ask("POST", at(id, "/secret"));
}

/** The newest updates to an endpoint, latest first. */
export async function listDeliveries(id: string): Promise<readonly Delivery[]> {
  return (await ask<{ items: Delivery[] }>("GET", at(id, "/deliveries?limit=20"))).items;
}
