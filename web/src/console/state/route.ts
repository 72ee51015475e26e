import { signal } from "@preact/signals";
import { addressOf, type Route, readRoute } from "../logic/route";
import { leave, unsaved } from "./leave";

/** The part of the console on screen. */
export const route = signal<Route>(readRoute(location.hash));

/** Follows the address bar; returns what stops it. */
export function followAddress(): () => void {
  const read = () => {
    const next = readRoute(location.hash);
    if (unsaved.value && !isHere(next)) {
      // "Back" has changed the address already: the page that stays gets its own again.
      history.pushState(null, "", addressOf(route.value));
      goTo(next);
      return;
    }
    route.value = next;
    window.scrollTo(0, 0);
  };
  const follow = (event: MouseEvent) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href^='#']") : null;
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || elsewhere) return;
    if (!unsaved.value) return;
    event.preventDefault();
    goTo(readRoute(link.hash));
  };
  window.addEventListener("hashchange", read);
  document.addEventListener("click", follow);
  return () => {
    window.removeEventListener("hashchange", read);
    document.removeEventListener("click", follow);
  };
}

export function goTo(next: Route): void {
  if (isHere(next)) return;
  leave(() => {
    location.hash = addressOf(next);
  });
}

function isHere(next: Route): boolean {
  return addressOf(route.value) === addressOf(next);
}

/** As {@link goTo}, for another view of the same page: it keeps its place on screen, and "back" leads out of it. */
export function showInstead(next: Route): void {
  history.replaceState(null, "", addressOf(next));
  route.value = next;
}
