import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const page = signal("Console");
const waiting = signal<ReadonlyMap<string, number>>(new Map());

effect(() => {
  const count = [...waiting.value.values()].reduce((sum, one) => sum + one, 0);
  document.title = `${count > 0 ? `(${count} waiting) ` : ""}${page.value} - echo-session`;
});

/** Names the page in the browser's tab. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    page.value = title;
  }, [title]);
}

/** Shows in the browser's tab how many wait to be let in, so that nobody waits unseen behind another tab. */
export function useWaitingInTitle(sessionId: string, count: number): void {
  useEffect(() => {
    waiting.value = new Map([...waiting.value, [sessionId, count]]);
    return () => {
      waiting.value = new Map([...waiting.value].filter(([id]) => id !== sessionId));
    };
  }, [sessionId, count]);
}
