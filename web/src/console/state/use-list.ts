import { useEffect, useState } from "preact/hooks";
import type { Page } from "../../api/types";
import { useAction } from "./use-action";

/** So long somebody who types may pause before the list follows. */
export const TYPING_MS = 250;

/** The pages after the first of a list; they are dropped when the question, named by `key`, changes. */
export function useOlder<T>(key: string, load: (cursor: string) => Promise<Page<T>>) {
  const [state, setState] = useState<Page<T>>({ items: [], next: null });
  const action = useAction();
  useEffect(() => setState({ items: [], next: null }), [key]);
  const more = (cursor: string) =>
    action.run(async () => {
      const page = await load(cursor);
      setState((before) => ({ items: [...before.items, ...page.items], next: page.next }));
    });
  return { ...state, busy: action.busy, problem: action.problem, more };
}

/** The value once it has rested for so many milliseconds. */
export function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
