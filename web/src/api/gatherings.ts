/** People in front of shared cameras, as a coordinator sees and corrects them. */

import type { Whom } from "./attendance";
import { ask } from "./http";
import type { Gathering } from "./shared-camera";

export type { CheckIn, Gathering } from "./shared-camera";

export async function listGatherings(session: string): Promise<readonly Gathering[]> {
  const path = `/sessions/${encodeURIComponent(session)}/gatherings`;
  return (await ask<{ items: Gathering[] }>("GET", path)).items;
}

/** Says that somebody is in front of a shared camera. */
export function checkInByHand(
  session: string,
  gathering: string,
  whom: Whom,
  reason: string,
  key: string,
): Promise<unknown> {
  const body = { ...whom, gathering_id: gathering, reason };
  return ask("POST", `/sessions/${encodeURIComponent(session)}/check-ins`, { body, key });
}

/** Says that somebody is not in front of it any more. */
export function checkOutByHand(checkIn: string, reason: string): Promise<unknown> {
  return ask("POST", `/check-ins/${encodeURIComponent(checkIn)}/out`, { body: { reason } });
}
