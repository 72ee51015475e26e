/** Time zones as people in the United States call them, and everywhere else by a city. */

import type { Words } from "./words";

const NAMED: readonly (readonly [string, string])[] = [
  ["arizona|mst", "America/Phoenix"],
  ["mountain|mt|mdt", "America/Denver"],
  ["central|ct|cst|cdt", "America/Chicago"],
  ["eastern|et|est|edt", "America/New_York"],
  ["pacific|pt|pst|pdt", "America/Los_Angeles"],
  ["alaska|akst|akdt", "America/Anchorage"],
  ["hawaii|hst", "Pacific/Honolulu"],
  ["utc|gmt", "UTC"],
];

/** Cities whose names mean something else to most people. */
const AMBIGUOUS: ReadonlySet<string> = new Set(["Indian/Christmas", "Pacific/Easter", "America/Center"]);

/** Takes the zone out of the words: its usual name, or a city. */
export function zoneIn(words: Words, ids: readonly string[]): string | null {
  for (const [names, id] of NAMED) {
    if (words.take(`(?:${names})(?:\\s+(?:standard\\s+|daylight\\s+)?time)?`)) return id;
  }
  for (const id of ids) {
    if (words.take(id.toLowerCase().replace(/[^a-z/_-]/g, "."))) return id;
  }
  for (const id of ids) {
    if (AMBIGUOUS.has(id)) continue;
    const city = (id.split("/").pop() ?? "").replaceAll("_", " ").toLowerCase();
    const plain = city.replace(/[^a-z ]/g, "");
    if (plain.length > 2 && words.take(`${plain}(?:\\s+time)?`)) return id;
  }
  return null;
}
