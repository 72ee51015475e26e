/** Time zones by the names that people use. */

const names = new Map<string, string>();

/** "Mountain Time": the same in summer and winter; "Bogota time" where people have no name for it. */
export function zoneName(zone: string): string {
  let name = names.get(zone);
  if (name === undefined) {
    name = nameNow(zone);
    names.set(zone, name);
  }
  return name;
}

function nameNow(zone: string): string {
  if (/^(Etc\/)?(UTC|GMT|UCT|Universal|Zulu)$/.test(zone)) return "UTC";
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longGeneric" });
  const name = format.formatToParts(0).find((part) => part.type === "timeZoneName")?.value ?? zone;
  return /^GMT[+-]/.test(name) ? `${cityOf(zone)} time` : name;
}

/** "Denver" of "America/Denver". */
export function cityOf(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}
