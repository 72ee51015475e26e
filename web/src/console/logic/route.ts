/** Which part of the console an address names; the part after # so that one page serves all. */

export type Route =
  | { readonly name: "today" }
  /** The month around `day` ("2026-11-21"), or around today. */
  | { readonly name: "calendar"; readonly day?: string }
  | { readonly name: "sessions" }
  | { readonly name: "session"; readonly id: string }
  | { readonly name: "programs" }
  | { readonly name: "program"; readonly id: string }
  | { readonly name: "new-series"; readonly program?: string }
  | { readonly name: "series"; readonly id: string }
  /** The editor of a series: all of it, or from the session `from` on. */
  | { readonly name: "change-series"; readonly id: string; readonly from?: string }
  /** All people, or those of one site. */
  | { readonly name: "people"; readonly site?: string }
  | { readonly name: "person"; readonly id: string }
  /** People who may be one. */
  | { readonly name: "doubles" }
  | { readonly name: "sites" }
  | { readonly name: "settings" };

export function readRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, "").split("/").map(decode);
  const [first, second, third, fourth] = parts;
  if (first === "sessions") return second ? { name: "session", id: second } : { name: "sessions" };
  if (first === "settings") return { name: "settings" };
  if (first === "sites") return { name: "sites" };
  if (first === "people") {
    if (second === "same") return { name: "doubles" };
    if (second === "at" && third) return { name: "people", site: third };
    return second ? { name: "person", id: second } : { name: "people" };
  }
  if (first === "calendar") return second ? { name: "calendar", day: second } : { name: "calendar" };
  if (first === "programs") {
    if (!second) return { name: "programs" };
    if (third === "new-series") return { name: "new-series", program: second };
    return { name: "program", id: second };
  }
  if (first === "series" && second) {
    if (second === "new") return { name: "new-series" };
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
    case "program":
      return path("programs", route.id);
    case "people":
      return route.site ? path("people", "at", route.site) : path("people");
    case "person":
      return path("people", route.id);
    case "doubles":
      return path("people", "same");
    case "new-series":
      return route.program ? path("programs", route.program, "new-series") : path("series", "new");
    case "series":
      return path("series", route.id);
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
