/** The mail log: what was written to whom, and what became of it. */

import { ask, query } from "./http";
import type { Page } from "./types";

export type MailState = "pending" | "sending" | "sent" | "failed" | "dropped";

export interface Mail {
  readonly id: string;
  readonly kind: string;
  readonly to_name: string;
  readonly to_address: string;
  readonly subject: string;
  readonly state: MailState;
  readonly attempts: number;
  readonly possible_duplicates: number;
  readonly last_error: string;
  readonly created_at: string;
  readonly sent_at: string | null;
  readonly next_attempt_at: string | null;
}

export interface MailFilter {
  readonly state?: MailState;
  readonly person_id?: string;
  readonly session_id?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface MailStatus {
  readonly pending: number;
  readonly failed: number;
  readonly oldest_pending_at: string | null;
  readonly sent_today: number;
  readonly transport: "folder" | "smtp";
  /** The folder, or the server's name. */
  readonly where: string;
}

export function listMails(filter: MailFilter): Promise<Page<Mail>> {
  return ask("GET", `/mails${query({ ...filter })}`);
}

export function retryMail(id: string): Promise<Mail> {
  return ask("POST", `/mails/${encodeURIComponent(id)}/retry`);
}

export function mailStatus(): Promise<MailStatus> {
  return ask("GET", "/mail-status");
}
