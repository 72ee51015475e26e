/** What needs the facilitator now: which sessions are on, which come next, and when. */

import type { Session } from "../../api/types";
import { capital, clock, countdown, dayAndClock, dayOf, dayWords, plural, zoneName } from "./time";

export interface Agenda {
  readonly now: readonly Session[];
  readonly next: readonly Session[];
}

/** Open sessions by their end, scheduled ones by their start. */
export function agendaOf(sessions: readonly Session[]): Agenda {
  const by = (key: "ends_at" | "starts_at") => (a: Session, b: Session) => a[key].localeCompare(b[key]);
  return {
    now: sessions.filter((session) => session.status === "open").sort(by("ends_at")),
    next: sessions.filter((session) => session.status === "scheduled").sort(by("starts_at")),
  };
}

/** What is on, what comes next, then what is over: nearest first, as people look for it. */
export function inListOrder(sessions: readonly Session[]): Session[] {
  const { now, next } = agendaOf(sessions);
  const past = sessions.filter((session) => session.status === "closed" || session.status === "cancelled");
  return [...now, ...next, ...past.sort((a, b) => b.starts_at.localeCompare(a.starts_at))];
}

/** "Today 16:00, opens 15:45 (Mountain Time)". */
export function whenWords(session: Session, now: Date): string {
  const starts = new Date(session.starts_at);
  const opens = new Date(session.opens_at);
  const { zone } = session;
  const other = dayOf(opens, zone) === dayOf(starts, zone) ? "" : `${dayWords(opens, zone, now)} `;
  const opening = opens.getTime() === starts.getTime() ? "" : `, opens ${other}${clock(opens, zone)}`;
  return `${capital(dayAndClock(starts, zone, now))}${opening} (${zoneName(zone)})`;
}

/** "Today 16:00 to 17:00 (Mountain Time)". */
export function spanWords(session: Session, now: Date): string {
  const starts = new Date(session.starts_at);
  const ends = new Date(session.ends_at);
  const { zone } = session;
  const sameDay = dayOf(starts, zone) === dayOf(ends, zone);
  const end = sameDay ? clock(ends, zone) : dayAndClock(ends, zone, now);
  return `${capital(dayAndClock(starts, zone, now))} to ${end} (${zoneName(zone)})`;
}

/** The same start where the reader sits, or "" where clocks agree. */
export function yoursWords(session: Session, yourZone: string, now: Date): string {
  const starts = new Date(session.starts_at);
  const there = dayAndClock(starts, session.zone, now);
  const here = dayAndClock(starts, yourZone, now);
  return there === here ? "" : `${capital(here)} for you (${zoneName(yourZone)})`;
}

/** "ends in 43 min"; after the planned end "over time, closes in 9:12". */
export function remainingWords(
  session: Pick<Session, "ends_at" | "closes_at" | "starts_at">,
  now: Date,
): string {
  const ends = new Date(session.ends_at);
  const starts = new Date(session.starts_at);
  if (now < starts) return `starts in ${countdown(starts, now)}`;
  if (now < ends) return `ends in ${countdown(ends, now)}`;
  return `over time, closes in ${countdown(new Date(session.closes_at), now)}`;
}

/** True in the last five minutes (or half of a shorter session) and after the planned end. */
export function endsSoon(session: Pick<Session, "ends_at" | "starts_at">, now: Date): boolean {
  const ends = Date.parse(session.ends_at);
  const whole = ends - Date.parse(session.starts_at);
  return now.getTime() >= ends - Math.min(5 * 60_000, whole / 2);
}

/** "Scheduled", "Live", "Over", "Cancelled". */
export function statusWords(session: Pick<Session, "status">): string {
  const words = { scheduled: "Scheduled", open: "Live", closed: "Over", cancelled: "Cancelled" } as const;
  return words[session.status];
}

/** "12 invited", "31 here, 2 waiting". */
export function countWords(session: Session): string {
  const { registered, here, waiting } = session.counts;
  if (session.status === "scheduled" && registered === 0) return "nobody invited yet";
  if (session.status !== "open") return registered ? `${registered} invited` : "nobody invited";
  return waiting ? `${here} here, ${waiting} waiting` : plural(here, "person here", "people here");
}
