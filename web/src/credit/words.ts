/** What the learner's page says of times. Pure. */

import type { CreditOffer, Learner, Stay } from "../api/learner";
import { clockTime, dayName } from "../ui/time";

/** "Nov 21, 4:00 PM – 5:00 PM MST". */
export function sessionTime(session: Learner["session"], now: Date, zone?: string): string {
  const starts = new Date(session.starts_at);
  const ends = new Date(session.ends_at);
  return `${dayName(starts, now, zone)}, ${clockTime(starts, zone)} – ${clockTime(ends, zone, true)}`;
}

/** "Joined 4:00 PM, left 4:52 PM"; "Joined 4:00 PM, still here". */
export function stayWords(stay: Stay, zone?: string): string {
  const left = stay.left_at ? `left ${clockTime(new Date(stay.left_at), zone)}` : "still here";
  return `Joined ${clockTime(new Date(stay.joined_at), zone)}, ${left}`;
}

/** How long one was there, whether it counts or not; a stay that goes on is left out. */
export function presentSeconds(stays: readonly Stay[]): number {
  const lengths = stays.map(({ joined_at, left_at }) =>
    left_at ? (Date.parse(left_at) - Date.parse(joined_at)) / 1000 : 0,
  );
  return lengths.reduce((sum, one) => sum + one, 0);
}

/** "January 2, 2027", with the weekday where it is near. */
export function lastDay(closesAt: string, now: Date, zone?: string): string {
  const at = new Date(closesAt);
  const name = dayName(at, now, zone);
  return /^(Today|Tomorrow)$/.test(name) ? `${name.toLowerCase()} ${clockTime(at, zone, true)}` : name;
}

/** What of a type matters first: what was claimed stands before what could be. */
export function amountOf(offer: CreditOffer): string {
  const { claimed } = offer;
  if (claimed?.state === "claimed") return claimed.credit;
  return offer.standing === "none" ? "" : offer.credit;
}

/** Types in the order in which they matter: claimed, to be claimed, waiting, not for this learner. */
export function inOrder(types: readonly CreditOffer[]): readonly CreditOffer[] {
  const rank = (offer: CreditOffer) =>
    offer.claimed?.state === "claimed" ? 0 : offer.standing === "none" ? 2 : 1;
  return [...types].sort((a, b) => rank(a) - rank(b));
}

const CERTIFIED_SECONDS = 30; // rounded to minutes, less makes none

/** Why there is no certificate of attendance to be had yet; empty where there is. */
export function noCertificate({ matched, attended }: Pick<Learner, "matched" | "attended">): string {
  if (!matched) return "You can have it here once the hub has found out who you are.";
  if (attended.counted_seconds < CERTIFIED_SECONDS) return "Less than half a minute of your time is counted.";
  return "";
}
