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
  readonly disabled_reason?: string;
}

/** What making an endpoint answers: the secret is told once and never again. */
export interface NewEndpoint extends WebhookEndpoint {
  readonly secret: string;
}

export interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly error: string;
}

export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly session_id: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly delivered_at: string | null;
  readonly last_attempt: Attempt | null;
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

export async function listDeliveries(id: string): Promise<readonly Delivery[]> {
  return (await ask<{ items: Delivery[] }>("GET", at(id, "/deliveries"))).items;
}
