/** Which part of the console an address names; the part after # so that one page serves all. */

export type Route =
  | { readonly name: "today" }
  /** The month around `day` ("2026-11-21"), or around today. */
  | { readonly name: "calendar"; readonly day?: string }
  | { readonly name: "sessions" }
  | { readonly name: "session"; readonly id: string }
  | { readonly name: "attendance"; readonly id: string }
  /** Credit and certificates of one session. */
  | { readonly name: "session-credit"; readonly id: string }
  | { readonly name: "programs" }
  | { readonly name: "program"; readonly id: string }
  | { readonly name: "program-credit"; readonly id: string }
  | { readonly name: "new-series"; readonly program?: string }
  | { readonly name: "series"; readonly id: string }
  /** Who has completed a series. */
  | { readonly name: "completion"; readonly id: string }
  /** The editor of a series: all of it, or from the session `from` on. */
  | { readonly name: "change-series"; readonly id: string; readonly from?: string }
  /** All people, or those of one site. */
  | { readonly name: "people"; readonly site?: string }
  | { readonly name: "person"; readonly id: string }
  /** People who may be one. */
  | { readonly name: "doubles" }
  /** Who came and is not yet known; of one session, or of all. */
  | { readonly name: "unmatched"; readonly session?: string }
  | { readonly name: "sites" }
  | { readonly name: "reports" }
  /** Credit that was claimed. */
  | { readonly name: "claims" }
  | { readonly name: "settings" }
  /** One address that is told of what happens. */
  | { readonly name: "updates"; readonly id: string }
  /** What is kept of people, and who looked. */
  | { readonly name: "privacy" };

export function readRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, "").split("/").map(decode);
  const [first, second, third, fourth] = parts;
  if (first === "sessions") {
    if (!second) return { name: "sessions" };
    if (third === "attendance") return { name: "attendance", id: second };
    if (third === "credit") return { name: "session-credit", id: second };
    return { name: "session", id: second };
  }
  if (first === "reports") return { name: second === "claims" ? "claims" : "reports" };
  if (first === "settings") {
    if (second === "updates" && third) return { name: "updates", id: third };
    return { name: second === "privacy" ? "privacy" : "settings" };
  }
  if (first === "sites") return { name: "sites" };
  if (first === "people") {
    if (second === "same") return { name: "doubles" };
    if (second === "who") return third ? { name: "unmatched", session: third } : { name: "unmatched" };
    if (second === "at" && third) return { name: "people", site: third };
    return second ? { name: "person", id: second } : { name: "people" };
  }
  if (first === "calendar") return second ? { name: "calendar", day: second } : { name: "calendar" };
  if (first === "programs") {
    if (!second) return { name: "programs" };
    if (third === "new-series") return { name: "new-series", program: second };
    if (third === "credit") return { name: "program-credit", id: second };
    return { name: "program", id: second };
  }
  if (first === "series" && second) {
    if (second === "new") return { name: "new-series" };
    if (third === "completion") return { name: "completion", id: second };
    if (third !== "change") return { name: "series", id: second };
    return { name: "change-series", id: second, ...(fourth ? { from: fourth } : {}) };
  }
  return { name: "today" };
}

export function addressOf(route: Route): string {
  switch (route.name) {
    case "today":
      return "#/";
    case "calendar":
      return path("calendar", route.day);
    case "session":
      return path("sessions", route.id);
    case "attendance":
      return path("sessions", route.id, "attendance");
    case "session-credit":
      return path("sessions", route.id, "credit");
    case "program":
      return path("programs", route.id);
    case "program-credit":
      return path("programs", route.id, "credit");
    case "people":
      return route.site ? path("people", "at", route.site) : path("people");
    case "person":
      return path("people", route.id);
    case "doubles":
      return path("people", "same");
    case "unmatched":
      return path("people", "who", route.session);
    case "new-series":
      return route.program ? path("programs", route.program, "new-series") : path("series", "new");
    case "series":
      return path("series", route.id);
    case "completion":
      return path("series", route.id, "completion");
    case "updates":
      return path("settings", "updates", route.id);
    case "privacy":
      return path("settings", "privacy");
    case "claims":
      return path("reports", "claims");
    case "change-series":
      return path("series", route.id, "change", route.from);
    default:
      return path(route.name);
  }
}

function path(...parts: (string | undefined)[]): string {
  const given = parts.filter((part) => part !== undefined);
  return `#/${given.map(encodeURIComponent).join("/")}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
