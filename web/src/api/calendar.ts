/** The calendar: what happens in a range of days. And notices: what changed by itself and somebody should know. */

import { ask, query } from "./http";
import type { SessionStatus } from "./types";

export interface CalendarItem {
  readonly id: string;
  readonly title: string;
  readonly program_id: string | null;
  readonly program_name: string | null;
  readonly series_id: string | null;
  readonly starts_at: string;
  readonly ends_at: string;
  /** Wall time at the hub. */
  readonly starts_local: string;
  readonly zone: string;
  readonly status: SessionStatus;
  readonly moved_forward: boolean;
  readonly changed_by_hand: readonly string[];
  readonly registered: number;
}

export interface Calendar {
  readonly items: readonly CalendarItem[];
  /** True where there were more than one answer holds. */
  readonly truncated: boolean;
}

/** Sessions that start in [from, to), two months at most. */
export function readCalendar(from: string, to: string, program = ""): Promise<Calendar> {
  return ask("GET", `/calendar${query({ from, to, program_id: program })}`);
}

/** Something that happened by itself, such as sessions that a change of the zone database moved. */
export interface Notice {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly created_at: string;
  readonly series_id: string | null;
  readonly session_ids: readonly string[];
}

export async function listNotices(): Promise<readonly Notice[]> {
  return (await ask<{ items: Notice[] }>("GET", "/notices")).items;
}

export function dismissNotice(id: string): Promise<unknown> {
  return ask("POST", `/notices/${encodeURIComponent(id)}/dismiss`);
}
