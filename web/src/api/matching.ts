/** Who came and is not yet known: a visitor of the public link, or a name that somebody checked in with. */

import { ask, query } from "./http";
import type { PersonRecord } from "./people";
import type { Page } from "./types";

/** Somebody whom a visitor may be, and why. */
export interface MatchSuggestion {
  readonly person: PersonRecord;
  readonly reasons: readonly string[];
}

export interface Unmatched {
  readonly person: PersonRecord;
  /** Where they were. */
  readonly sessions: readonly {
    readonly session_id: string;
    readonly title: string;
    readonly starts_at: string;
    readonly seconds: number;
  }[];
  readonly suggestions: readonly MatchSuggestion[];
}

/** Of one session, or of all. */
export function listUnmatched(session: string, cursor?: string): Promise<Page<Unmatched>> {
  const path = session ? `/sessions/${encodeURIComponent(session)}/unmatched` : "/unmatched";
  return ask("GET", `${path}${query({ limit: 50, cursor })}`);
}

/** Says who somebody is: a person on record, or with null somebody new. */
export function matchPerson(id: string, person: string | null): Promise<unknown> {
  return ask("POST", `/people/${encodeURIComponent(id)}/match`, { body: { person_id: person } });
}
