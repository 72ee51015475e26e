/** Which part of the console an address names; the part after # so that one page serves all. */

export type Route =
  | { readonly name: "today" }
  | { readonly name: "sessions" }
  | { readonly name: "session"; readonly id: string }
  | { readonly name: "settings" };

export function readRoute(hash: string): Route {
  const [first, second] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (first === "sessions") return second ? { name: "session", id: second } : { name: "sessions" };
  if (first === "settings") return { name: "settings" };
  return { name: "today" };
}

export function addressOf(route: Route): string {
  if (route.name === "session") return `#/sessions/${encodeURIComponent(route.id)}`;
  if (route.name === "settings") return "#/settings";
  return route.name === "sessions" ? "#/sessions" : "#/";
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
