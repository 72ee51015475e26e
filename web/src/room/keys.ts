import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../session/session";
import { onlyWatches, toggleCamera, toggleMicrophone } from "./actions";
import { togglePanel } from "./panel";

const KEY = "echo-keys-off";

/** Whether single keys do something; some people's devices type letters by accident. */
export const keysOn = signal(stored());
export const helpShown = signal(false);

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return true;
  }
}

export function setKeys(on: boolean): void {
  keysOn.value = on;
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "1");
  } catch {
    // the choice then lasts as long as the page
  }
}

/** Single-key shortcuts, asleep while a control has the focus. */
export function useKeys(session: Session): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      const busy = document.activeElement instanceof HTMLElement && document.activeElement.matches(CONTROL);
      if (!keysOn.peek() || !plain || busy) return;
      const act = actions[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act(session);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [session]);
}

const CONTROL = "button, input, select, textarea, a[href], summary, dialog, dialog *, [contenteditable]";

const actions: Record<string, (session: Session) => void> = {
  m: (session) => {
    if (!onlyWatches(session)) toggleMicrophone(session);
  },
  v: (session) => {
    if (!onlyWatches(session)) toggleCamera(session);
  },
  p: () => togglePanel("people"),
  "?": () => {
    helpShown.value = !helpShown.value;
  },
};

/** A button that was clicked with a pointer lets the focus go, so that the keys stay awake. */
export function letGo(event: MouseEvent): void {
  if (event.detail > 0 && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
}
