import { useCallback, useState } from "preact/hooks";
import { wordsOf } from "../../api/problem";
import { announce } from "../../ui/LiveRegion";
import { noticeSignedOut } from "./account";

export interface Action {
  readonly busy: boolean;
  /** Words for what failed last, or "". */
  readonly problem: string;
  /** Runs it; true if it succeeded. `said` is read out then. */
  run(work: () => Promise<unknown>, said?: string): Promise<boolean>;
  clear(): void;
}

/** Something a button does with the service: busy meanwhile, words if it fails, said aloud if it works. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const run = useCallback(async (work: () => Promise<unknown>, said = "") => {
    setBusy(true);
    setProblem("");
    try {
      await work();
      if (said) announce(said);
      return true;
    } catch (error) {
      if (!noticeSignedOut(error)) setProblem(wordsOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(""), []);
  return { busy, problem, run, clear };
}
