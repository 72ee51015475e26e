import type { Join, Resume } from "../wire";

/** What a reload needs to take up the same place in the room: the connection, and how it was joined. */
export interface Place {
  token: string;
  resume: Resume;
  join: JoinFields;
  /** Whether microphone and camera were on. */
  microphone: boolean;
  camera: boolean;
}

/** The part of `join` that the visitor decided. */
export type JoinFields = Pick<Join, "identity" | "name" | "email" | "profession" | "site" | "second_device">;

const KEY = "echo-place";

export function keepPlace(place: Place): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // storage is switched off: a reload then joins anew
  }
}

export function forgetPlace(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // see keepPlace
  }
}

/** The place that this tab held in the session of this link; null where there is none. */
export function readPlace(token: string): Place | null {
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Place | null;
    return place?.token === token ? place : null;
  } catch {
    return null;
  }
}

const TRIES = 10;
const EVERY_MS = 50;

/**
 * Claims a connection for this tab, for as long as the tab lives. False where another tab has it: a copied
 * tab carries a copy of its storage, and must not take the place of the one it was copied from.
 */
export async function claim(connectionId: string): Promise<boolean> {
  if (!navigator.locks) return true;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (await take(connectionId)) return true;
    await new Promise((done) => setTimeout(done, EVERY_MS)); // a page that reloads lets go a moment later
  }
  return false;
}

function take(connectionId: string): Promise<boolean> {
  return new Promise((answer) => {
    const held = navigator.locks.request(`echo-${connectionId}`, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock ? new Promise<never>(() => {}) : undefined; // held until the tab is gone
    });
    held.catch(() => answer(true));
  });
}
