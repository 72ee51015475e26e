/** Codes of certificates as people type them. Pure. */

export const CODE_LENGTH = 12;
const LETTERS = /^[0-9A-HJKMNP-TV-Z]+$/;

/** The code without spaces and hyphens, with what is easily misread put right; null where it cannot be one. */
export function readCode(typed: string): string | null {
  const plain = typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  return plain.length === CODE_LENGTH && LETTERS.test(plain) ? plain : null;
}

/** As it is printed: "7K2M-Q9XT-4RBD". */
export function spaced(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/** What stands in the address after the #, and is no code at all where nothing does. */
export function codeInAddress(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, "")).trim();
  } catch {
    return "";
  }
}

/** "November 21, 2026" of "2026-11-21". */
export function dayWords(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" }).format(at);
}
