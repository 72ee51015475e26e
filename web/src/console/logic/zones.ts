/** Time zones to choose from, found by city, by region or by the name people use. */

import { browserZone, cityOf, isZone, offsetAt, zoneName } from "./time";

export interface Zone {
  readonly id: string;
  /** "Denver". */
  readonly city: string;
  /** "Mountain Time". */
  readonly name: string;
  /** "UTC-7" on the day in question. */
  readonly offset: string;
}

/** Offered first where they are known; the hubs of Project ECHO began in these. */
const OFTEN = [
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "America/Los_Angeles",
];

/** Browsers list some zones under the name that the city had long ago. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["Asia/Calcutta", "Asia/Kolkata"],
  ["Asia/Katmandu", "Asia/Kathmandu"],
  ["Asia/Rangoon", "Asia/Yangon"],
  ["Asia/Saigon", "Asia/Ho_Chi_Minh"],
  ["America/Godthab", "America/Nuuk"],
  ["Europe/Kiev", "Europe/Kyiv"],
  ["Africa/Asmera", "Africa/Asmara"],
  ["Atlantic/Faeroe", "Atlantic/Faroe"],
  ["Pacific/Ponape", "Pacific/Pohnpei"],
  ["Pacific/Truk", "Pacific/Chuuk"],
]);

function today(id: string): string {
  const name = RENAMED.get(id);
  return name && isZone(name) ? name : id;
}

/** "UTC-7", "UTC+5:30". */
export function offsetWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const sign = minutes < 0 ? "-" : "+";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

export function describeZone(id: string, on: Date): Zone {
  return { id, city: cityOf(id), name: zoneName(id), offset: offsetWords(offsetAt(on.getTime(), id)) };
}

/** Every zone this browser knows, its own first, then those often used, then by name. */
export function allZones(on: Date, own = browserZone()): Zone[] {
  const known = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  const first = [own, ...OFTEN].filter(isZone);
  return [...new Set([...first, ...known].map(today))].map((id) => describeZone(id, on));
}

/** Those that contain every word of the text, in their order; all for an empty text. */
export function findZones(zones: readonly Zone[], text: string): Zone[] {
  const words = plain(text).split(" ").filter(Boolean);
  return zones.filter((zone) => {
    const hay = plain(`${zone.id} ${zone.city} ${zone.name} ${zone.offset}`);
    return words.every((word) => hay.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[_/,]+/g, " ")
    .trim();
}
