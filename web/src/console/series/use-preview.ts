import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, type FieldProblem, wordsOf } from "../../api/problem";
import type { Preview } from "../../api/series";
import { noticeSignedOut } from "../state/account";

/** So long somebody who types may pause before the preview follows. */
const TYPING_MS = 250;

export interface PreviewState {
  /** The newest preview; it stays, as old, while another is on its way. */
  readonly value: Preview | null;
  /** True while what is shown is not yet what is typed. */
  readonly behind: boolean;
  /** True while what is typed is not yet a series, so that no preview is on its way. */
  readonly unfinished: boolean;
  readonly problem: string;
  /** Which fields the service refused. */
  readonly fields: readonly FieldProblem[];
}

const NOTHING: PreviewState = { value: null, behind: false, unfinished: true, problem: "", fields: [] };

/**
 * The preview of what is typed, asked for once typing rests.
 *
 * @param key names what is asked; "" where there is nothing to ask yet.
 */
export function usePreview(key: string, load: (signal: AbortSignal) => Promise<Preview>): PreviewState {
  const [state, setState] = useState(NOTHING);
  const loader = useRef(load);
  loader.current = load;
  const first = useRef(true);
  useEffect(() => {
    if (!key) {
      setState((before) => ({
        ...before,
        behind: before.value !== null,
        unfinished: true,
        problem: "",
        fields: [],
      }));
      return;
    }
    const stop = new AbortController();
    setState((before) => ({ ...before, behind: true, unfinished: false }));
    const timer = setTimeout(() => void ask(), first.current ? 0 : TYPING_MS);
    first.current = false;
    async function ask() {
      try {
        const value = await loader.current(stop.signal);
        if (!stop.signal.aborted)
          setState({ value, behind: false, unfinished: false, problem: "", fields: [] });
      } catch (error) {
        if (stop.signal.aborted || noticeSignedOut(error)) return;
        const fields = error instanceof ApiError ? error.fields : [];
        setState((before) => ({ ...before, behind: false, problem: wordsOf(error), fields }));
      }
    }
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key]);
  return state;
}
