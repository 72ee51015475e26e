/** The form that makes or changes a session: what is typed, what it means, what is sent. */

import type { Account, Session, SessionFields } from "../../api/types";
import { clock, dayAndClock, dayOf, dayWords, type Placed, placeWallTime, wallTime, zoneName } from "./time";

/** Everything as it is typed: numbers are text until they are sent. */
export interface Draft {
  readonly title: string;
  readonly date: string;
  readonly time: string;
  readonly zone: string;
  readonly duration: string;
  readonly lead: string;
  readonly overrun: string;
  readonly lobby: boolean;
  readonly contact: string;
  readonly description: string;
}

export type DraftErrors = Partial<Record<keyof Draft, string>>;

/** Which field of the form shows a problem with a field of the API. */
export const FORM_FIELD: Readonly<Record<string, keyof Draft>> = {
  title: "title",
  starts_local: "time",
  starts_at: "time",
  zone: "zone",
  duration_minutes: "duration",
  lead_minutes: "lead",
  overrun_minutes: "overrun",
  lobby: "lobby",
  contact: "contact",
  description: "description",
};

const MINUTE_MS = 60_000;

/** Whom to ask, unless the account has an address that only this machine knows. */
export function contactOf(account: Account): string {
  return account.email.endsWith("@localhost") ? "" : [account.name, account.email].join(", ");
}

/** A new session at the next full hour that is at least half an hour away. */
export function newDraft(zone: string, now: Date, contact = ""): Draft {
  const soon = new Date(now.getTime() + 30 * MINUTE_MS);
  const local = wallTime(soon, zone);
  const onTheHour = local.slice(14, 16) === "00";
  const start = wallTime(onTheHour ? soon : new Date(soon.getTime() + 60 * MINUTE_MS), zone);
  const time = `${start.slice(11, 13)}:00`;
  const common = { title: "", duration: "60", lead: "15", overrun: "15", lobby: true, description: "" };
  return { ...common, date: start.slice(0, 10), time, zone, contact };
}

export function draftOf(session: Session): Draft {
  return {
    title: session.title,
    date: session.starts_local.slice(0, 10),
    time: session.starts_local.slice(11, 16),
    zone: session.zone,
    duration: String(session.duration_minutes),
    lead: String(session.lead_minutes),
    overrun: String(session.overrun_minutes),
    lobby: session.lobby,
    contact: session.contact,
    description: session.description,
  };
}

/** What is wrong before anything is sent. The service has the last word; this only saves a round trip. */
export function checkDraft(draft: Draft): DraftErrors {
  const errors: { -readonly [key in keyof Draft]?: string } = {};
  if (!draft.title.trim()) errors.title = "Give the session a title.";
  if (!draft.date) errors.date = "Choose a date.";
  if (!draft.time) errors.time = "Choose a time.";
  if (minutes(draft.duration, 1) === null) errors.duration = "Write the length in whole minutes, at least 1.";
  if (minutes(draft.lead, 0) === null) errors.lead = "Write whole minutes; 0 opens the room at the start.";
  if (minutes(draft.overrun, 0) === null)
    errors.overrun = "Write whole minutes; 0 closes the room at the end.";
  return errors;
}

/** What the API is sent; call only with a draft that {@link checkDraft} passed. */
export function fieldsOf(draft: Draft): SessionFields {
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    contact: draft.contact.trim(),
    zone: draft.zone,
    starts_local: `${draft.date}T${draft.time}:00`,
    duration_minutes: minutes(draft.duration, 1) ?? 0,
    lead_minutes: minutes(draft.lead, 0) ?? 0,
    overrun_minutes: minutes(draft.overrun, 0) ?? 0,
    lobby: draft.lobby,
  };
}

/** Only what differs, so that a change of the title does not undo somebody else's change of the time. */
export function changedFields(session: Session, draft: Draft): Partial<SessionFields> {
  const before: SessionFields = fieldsOf(draftOf(session));
  const after = fieldsOf(draft);
  const keys = Object.keys(after) as (keyof SessionFields)[];
  const changed = keys.filter((key) => before[key] !== after[key]);
  // Zone and wall time belong together: one without the other is another instant than the form showed.
  if (changed.includes("zone") && !changed.includes("starts_local")) changed.push("starts_local");
  return Object.fromEntries(changed.map((key) => [key, after[key]])) as Partial<SessionFields>;
}

/** What was typed over `before`, on top of what somebody else has made of the session since. */
export function rebase(before: Session, draft: Draft, newest: Session): Draft {
  const old = draftOf(before);
  const keys = Object.keys(draft) as (keyof Draft)[];
  const typed = Object.fromEntries(
    keys.filter((key) => draft[key] !== old[key]).map((key) => [key, draft[key]]),
  );
  return { ...draftOf(newest), ...typed };
}

export interface Summary {
  /** "Opens today 15:45, starts 16:00, ends 17:00 (Mountain Time)", or "" while something is missing. */
  readonly main: string;
  /** The same start for somebody who sits in another zone, or "". */
  readonly yours: string;
  /** Something to look at twice, or "". */
  readonly warning: string;
}

const NOTHING: Summary = { main: "", yours: "", warning: "" };

/** The form in one sentence, as it would be understood. */
export function summarize(draft: Draft, yourZone: string, now: Date): Summary {
  const duration = minutes(draft.duration, 1);
  const lead = minutes(draft.lead, 0);
  const placed = placeWallTime(`${draft.date}T${draft.time}`, draft.zone);
  if (!placed || duration === null || lead === null) return NOTHING;
  const { zone } = draft;
  const opens = new Date(placed.at.getTime() - lead * MINUTE_MS);
  const ends = new Date(placed.at.getTime() + duration * MINUTE_MS);
  const starts = after(opens, placed.at, zone, now);
  const first =
    lead > 0
      ? `Opens ${dayAndClock(opens, zone, now)}, starts ${starts}`
      : `Opens and starts ${dayAndClock(placed.at, zone, now)}`;
  const main = `${first}, ends ${after(placed.at, ends, zone, now)} (${zoneName(zone)})`;
  const elsewhere = wallTime(placed.at, yourZone) !== wallTime(placed.at, zone);
  const yours = elsewhere
    ? `For you: starts ${dayAndClock(placed.at, yourZone, now)} (${zoneName(yourZone)})`
    : "";
  return { main, yours, warning: warningFor(placed, opens, ends, zone, now) };
}

/** The clock alone on the same day as `from`, otherwise with its day. */
function after(from: Date, at: Date, zone: string, now: Date): string {
  return dayOf(from, zone) === dayOf(at, zone)
    ? clock(at, zone)
    : `${dayWords(at, zone, now)} ${clock(at, zone)}`;
}

function warningFor(placed: Placed, opens: Date, ends: Date, zone: string, now: Date): string {
  if (placed.oddity === "skipped") {
    return `Clocks go forward over this time on that day; it is taken as ${clock(placed.at, zone)}.`;
  }
  if (placed.oddity === "twice")
    return "Clocks go back on that day and this time comes twice; the first one is meant.";
  if (ends <= now) return "This is in the past.";
  if (placed.at < now) return "This start has passed; the room opens as soon as you save.";
  if (opens <= now) return "The room opens as soon as you save.";
  return "";
}

function minutes(text: string, least: number): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,4}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value >= least ? value : null;
}
