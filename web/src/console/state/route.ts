import { signal } from "@preact/signals";
import { addressOf, type Route, readRoute } from "../logic/route";

/** The part of the console on screen. */
export const route = signal<Route>(readRoute(location.hash));

/** Follows the address bar; returns what stops it. */
export function followAddress(): () => void {
  const read = () => {
    route.value = readRoute(location.hash);
    window.scrollTo(0, 0);
  };
  window.addEventListener("hashchange", read);
  return () => window.removeEventListener("hashchange", read);
}

export function goTo(next: Route): void {
  location.hash = addressOf(next);
}

/** As {@link goTo}, for another view of the same page: it keeps its place on screen, and "back" leads out of it. */
export function showInstead(next: Route): void {
  history.replaceState(null, "", addressOf(next));
  route.value = next;
}
