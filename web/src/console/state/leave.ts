import { effect, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

/** True while the page on screen holds what would be lost by leaving it. */
export const unsaved = signal(false);

/** What somebody wants to do who has not saved, such as going to another page; null while nobody is asked. */
export const leaving = signal<(() => void) | null>(null);

/** Says of what is on screen whether leaving it would lose something; then nobody leaves it unasked. */
export function useUnsaved(holds: boolean): void {
  useLayoutEffect(() => {
    unsaved.value = holds;
    return () => {
      unsaved.value = false;
    };
  }, [holds]);
}

/** Does what leaves this page or sheet; where something would be lost it asks first. */
export function leave(go: () => void): void {
  if (unsaved.value) leaving.value = go;
  else go();
}

/** Lets the browser ask before a reload or a closed tab takes what is typed; returns what stops it. */
export function guardTab(): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  const stop = effect(() => {
    if (unsaved.value) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  });
  return () => {
    stop();
    window.removeEventListener("beforeunload", ask);
  };
}
