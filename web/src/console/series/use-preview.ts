import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, type FieldProblem, wordsOf } from "../../api/problem";
import type { Preview } from "../../api/series";
import { noticeSignedOut } from "../state/account";

/** So long somebody who types may pause before the preview follows. */
const TYPING_MS = 250;
/** So long after a service that did not answer is asked again. */
const AGAIN_MS = 4000;

export interface PreviewState {
  /** The newest preview; it stays, as old, while another is on its way. */
  readonly value: Preview | null;
  /** True while what is shown is not yet what is typed. */
  readonly behind: boolean;
  /** True while what is typed is not yet a series, so that no preview is on its way. */
  readonly unfinished: boolean;
  readonly problem: string;
  /** True while the service does not answer; it is asked again by itself. */
  readonly silent: boolean;
  /** Which fields the service refused. */
  readonly fields: readonly FieldProblem[];
}

const FINE = { problem: "", silent: false, fields: [] };
const NOTHING: PreviewState = { ...FINE, value: null, behind: false, unfinished: true };

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
      setState((before) => ({ ...before, ...FINE, behind: before.value !== null, unfinished: true }));
      return;
    }
    const stop = new AbortController();
    setState((before) => ({ ...before, behind: true, unfinished: false }));
    let timer = setTimeout(() => void ask(), first.current ? 0 : TYPING_MS);
    first.current = false;
    async function ask() {
      try {
        const value = await loader.current(stop.signal);
        if (!stop.signal.aborted) setState({ ...FINE, value, behind: false, unfinished: false });
      } catch (error) {
        if (stop.signal.aborted || noticeSignedOut(error)) return;
        const fields = error instanceof ApiError ? error.fields : [];
        const silent = error instanceof ApiError && (error.status === 0 || error.status >= 500);
        setState((before) => ({ ...before, behind: silent, problem: wordsOf(error), silent, fields }));
        if (silent) timer = setTimeout(() => void ask(), AGAIN_MS);
      }
    }
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key]);
  return state;
}
