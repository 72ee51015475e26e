/** The REST interface under /api/v1, as the pages use it. Instants are RFC 3339 in UTC. */

export type Role = "facilitator" | "panelist" | "participant" | "observer" | "coordinator";
export type SessionStatus = "scheduled" | "open" | "closed" | "cancelled";

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Counts {
  readonly registered: number;
  readonly here: number;
  readonly waiting: number;
}

export interface Session {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly contact: string;
  /** IANA name of the hub's time zone. */
  readonly zone: string;
  /** Wall time at the hub, without an offset: "2026-11-21T16:00:00". */
  readonly starts_local: string;
  readonly starts_at: string;
  readonly duration_minutes: number;
  readonly lead_minutes: number;
  readonly overrun_minutes: number;
  readonly extended_minutes: number;
  readonly opens_at: string;
  readonly ends_at: string;
  readonly closes_at: string;
  readonly status: SessionStatus;
  /** True where visitors of the public link wait to be let in. */
  readonly lobby: boolean;
  readonly public_link: string | null;
  readonly opened_at: string | null;
  readonly closed_at: string | null;
  readonly created_at: string;
  readonly revision: number;
  readonly counts: Counts;
  /** Of the program that it belongs to; null for a session on its own. */
  readonly program_id: string | null;
  readonly program_name: string | null;
  readonly series_id: string | null;
  /** The wall time that its series gives it; null for a session on its own. */
  readonly original_local: string | null;
  /** The clocks skip the wall time that its series gives; it lies later by the gap. */
  readonly moved_forward: boolean;
  /** What was set for this session alone and stays when its series changes. */
  readonly changed_by_hand: readonly string[];
  readonly cancel_reason: string | null;
}

/** What a form sends to make a session, or to change one. */
export interface SessionFields {
  readonly title: string;
  readonly description: string;
  readonly contact: string;
  readonly zone: string;
  readonly starts_local: string;
  readonly duration_minutes: number;
  readonly lead_minutes: number;
  readonly overrun_minutes: number;
  readonly lobby: boolean;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly profession: string;
  readonly credentials: string;
  readonly site: string;
}

export interface Registration {
  readonly id: string;
  /** For what somebody is registered; who is so for a series or program comes to each of its sessions. */
  readonly scope: "session" | "series" | "program";
  readonly scope_title: string;
  readonly role: Role;
  readonly person: Person;
  readonly link: string;
  readonly created_at: string;
}

/** One person to invite. */
export interface Invitation {
  readonly name: string;
  readonly email: string;
  readonly site: string;
  readonly role: Role;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the next page, or null at the end. */
  readonly next: string | null;
}
