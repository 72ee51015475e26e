/** The calendar: what happens in a range of days. And notices: what changed by itself and somebody should know. */

import { ask, query } from "./http";
import type { Page, SessionStatus } from "./types";

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

export interface Notice {
  readonly id: string;
  readonly [field: string]: unknown;
}

export function listNotices(): Promise<Page<Notice>> {
  return ask("GET", "/notices");
}

export function dismissNotice(id: string): Promise<unknown> {
  return ask("POST", `/notices/${encodeURIComponent(id)}/dismiss`);
}
