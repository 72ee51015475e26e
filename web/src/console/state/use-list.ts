import { useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../../api/types";
import { pagesOf } from "../logic/pages";
import { useResource } from "./resource";
import { useAction } from "./use-action";

/** So long somebody who types may pause before the list follows. */
export const TYPING_MS = 250;

/**
 * A list that is kept fresh as far as it is shown: whatever is done about a row far down, and whatever others do, it is
 * read anew with all its pages. It begins again where the question, named by `key`, changes.
 */
export function useList<T>(key: string, load: (cursor?: string) => Promise<Page<T>>, everyMs: number | null) {
  const shown = useRef({ key, pages: 1 });
  if (shown.current.key !== key) shown.current = { key, pages: 1 };
  const { value, problem, reload } = useResource(key, () => pagesOf(load, shown.current.pages), everyMs);
  const action = useAction();
  const more = () => {
    shown.current.pages += 1;
    return action.run(reload);
  };
  return {
    items: value?.items ?? [],
    /** False until the first page is there. */
    loaded: value !== undefined,
    /** True where there is more to show. */
    longer: value !== undefined && value.next !== null,
    busy: action.busy,
    problem,
    more,
    reload,
  };
}

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
