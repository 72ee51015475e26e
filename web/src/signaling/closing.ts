/** What a close code of the service means to the page; the table is in docs/protocol.md. */

export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  declined: 4001,
  removed: 4002,
  moved: 4003,
  ended: 4004,
  takenOver: 4005,
  badMessage: 4400,
  linkInvalid: 4401,
  notAllowed: 4403,
  noSuchParticipant: 4404,
  linkExpired: 4410,
  oldClient: 4426,
  tooMany: 4429,
} as const;

const FINAL: ReadonlySet<number> = new Set([
  CLOSE.normal,
  CLOSE.declined,
  CLOSE.removed,
  CLOSE.moved,
  CLOSE.ended,
  CLOSE.takenOver,
  CLOSE.linkInvalid,
  CLOSE.notAllowed,
  CLOSE.noSuchParticipant,
  CLOSE.linkExpired,
  CLOSE.oldClient,
]);

/** True where connecting again with the same link leads nowhere. */
export function isFinal(code: number): boolean {
  return FINAL.has(code);
}

const FIRST_MS = 250;
const LONGEST_MS = 5_000;
const RESTART_SPREAD_MS = 2_000;
const REFUSED_MS = 10_000;

/**
 * How long to wait before attempt number `attempt` (from 0) after a close with `code`, in milliseconds.
 * Doubles up to 5 s, with half of it left to chance so that a room does not come back as one wave.
 */
export function pause(code: number, attempt: number, random: () => number): number {
  const refused = code === CLOSE.tooMany || (code >= 4400 && code < 4500) || code === 1009;
  if (refused) return REFUSED_MS * (1 + random() / 2);
  if (code === CLOSE.goingAway && attempt === 0) return RESTART_SPREAD_MS * random();
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return whole * (0.5 + random() / 2);
}
