import { useState } from "preact/hooks";
import { ApiError, fieldWords, wordsOf } from "../../api/problem";

/** What a form says is wrong: at its fields, and above them all. */
export interface Mistakes {
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: string;
  /** Says what is wrong at these fields, and nothing else any more; true where something is. */
  found(errors: Readonly<Record<string, string>>): boolean;
  /** Says something above the fields. */
  say(problem: string): void;
  /** Says what the service refused, in these words or its own. */
  refused(error: unknown, words?: string): void;
}

/** Keeps what a form says is wrong; the first field with something wrong gets the focus. */
export function useMistakes(): Mistakes {
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState("");

  function found(errors: Readonly<Record<string, string>>): boolean {
    setErrors(errors);
    setProblem("");
    const some = Object.keys(errors).length > 0;
    if (some) focusFirst();
    return some;
  }

  function refused(error: unknown, words = wordsOf(error)) {
    const fields = error instanceof ApiError ? error.fields : [];
    found(Object.fromEntries(fields.map((item) => [item.field, fieldWords(item)])));
    setProblem(words);
  }

  return { errors, problem, found, say: setProblem, refused };
}

/** After the errors are on screen: the field's error is read out with it. */
function focusFirst(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus());
}
