import type { Participant } from "../wire";

/** Remembers who spoke when, so that whoever speaks is seen and stays seen for a while. */
export class SpeakerMemory {
  readonly #spoke = new Map<string, number>();

  /** Notes who speaks now. */
  note(speaking: readonly string[], now: number): void {
    for (const id of speaking) this.#spoke.set(id, now);
  }

  /** When somebody last spoke; long ago for those who never did. */
  last(id: string): number {
    return this.#spoke.get(id) ?? Number.NEGATIVE_INFINITY;
  }
}

/**
 * Who is on which page: people who spoke lately first, then those whose camera is on, then the others; among
 * equals by arrival. Only where there are several pages: on a single one nobody ever changes place.
 */
export function galleryOrder(
  participants: readonly Participant[],
  spokeAt: (id: string) => number,
  now: number,
): Participant[] {
  const rank = (one: Participant): number => {
    if (now - spokeAt(one.participant_id) < RECENT_MS) return 0;
    return one.camera ? 1 : 2;
  };
  return participants
    .map((one, index) => ({ one, index, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ one }) => one);
}

const RECENT_MS = 60_000;

/** First letters for a tile without a picture: "Dr. Ana Ortiz" becomes "AO". */
export function initials(name: string): string {
  const words = name
    .replace(/\b(dr|prof|mr|mrs|ms|mx)\b\.?/gi, " ")
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word));
  const first = words[0] ?? name;
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return `${[...first][0] ?? "?"}${[...last][0] ?? ""}`.toUpperCase();
}
