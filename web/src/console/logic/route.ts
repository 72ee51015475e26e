/** Which part of the console an address names; the part after # so that one page serves all. */

export type Route =
  | { readonly name: "today" }
  | { readonly name: "sessions" }
  | { readonly name: "session"; readonly id: string }
  | { readonly name: "webhooks" };

export function readRoute(hash: string): Route {
  const [first, second] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (first === "sessions") return second ? { name: "session", id: second } : { name: "sessions" };
  if (first === "settings" && second === "webhooks") return { name: "webhooks" };
  return { name: "today" };
}

export function addressOf(route: Route): string {
  if (route.name === "session") return `#/sessions/${encodeURIComponent(route.id)}`;
  if (route.name === "webhooks") return "#/settings/webhooks";
  return route.name === "sessions" ? "#/sessions" : "#/";
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
