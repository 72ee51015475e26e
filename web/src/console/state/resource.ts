import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { wordsOf } from "../../api/problem";
import { noticeSignedOut } from "./account";

export interface Resource<T> {
  /** The newest value; it stays while a later read fails. */
  readonly value: T | undefined;
  /** Words for the last failed read, or "". */
  readonly problem: string;
  readonly loading: boolean;
  reload(): Promise<void>;
  /** Puts a value that an answer brought along, without another read. */
  put(value: T): void;
}

/**
 * A value of the service that is kept fresh: read at once, whenever `key` changes, every `everyMs` while the page is
 * visible, and when somebody comes back to the page; with null only when {@link Resource.reload} asks. An answer that a newer read has overtaken is dropped.
 */
export function useResource<T>(key: string, load: () => Promise<T>, everyMs: number | null): Resource<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem: string }>({ key: "", problem: "" });
  const loader = useRef(load);
  loader.current = load;
  const turn = useRef(0);
  const current = useRef(key);
  current.current = key;

  const reload = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    const wanted = current.current;
    try {
      const value = await loader.current();
      if (mine === turn.current) setState({ key: wanted, value, problem: "" });
    } catch (error) {
      if (mine !== turn.current || noticeSignedOut(error)) return;
      const problem = wordsOf(error);
      setState((before) => (before.key === wanted ? { ...before, problem } : { key: wanted, problem }));
    }
  }, []);

  const put = useCallback((value: T) => {
    turn.current += 1;
    setState({ key: current.current, value, problem: "" });
  }, []);

  useEffect(() => {
    const fresh = () => {
      if (document.visibilityState === "visible") void reload();
    };
    void reload();
    const timer = everyMs === null ? undefined : setInterval(fresh, everyMs);
    if (everyMs !== null) document.addEventListener("visibilitychange", fresh);
    return () => {
      turn.current += 1;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", fresh);
    };
  }, [key, everyMs, reload]);

  const mine = state.key === key;
  const value = mine ? state.value : undefined;
  const problem = mine ? state.problem : "";
  return { value, problem, loading: value === undefined && !problem, reload, put };
}
