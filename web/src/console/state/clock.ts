import { signal } from "@preact/signals";

/** The time on the screen, once a second while the page is visible. */
export const now = signal(new Date());

/** Starts the clock; returns what stops it. */
export function startClock(): () => void {
  const tick = () => {
    if (document.visibilityState === "visible") now.value = new Date();
  };
  const timer = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}
