/** What this telephone remembers, so that it finds back to its check-in after a reload or the next morning. */

const KEY = "echo-here";

export interface Kept {
  readonly code: string;
  readonly id: string;
  readonly secret: string;
}

export function keep(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // storage is switched off: a reload then asks for the code again
  }
}

/** The check-in of this code, or without a code the last one; null where there is none. */
export function kept(code: string): Kept | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
    return found && (!code || found.code === code) ? found : null;
  } catch {
    return null;
  }
}

export function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // see keep
  }
}
