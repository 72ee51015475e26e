import { signal } from "@preact/signals";

const QUIET_MS = 700; // joins and leaves come in bursts: gather them, then speak once
const said = signal("");
let pending: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has a sentence read out politely; what comes within the same moment is read together. */
export function announce(sentence: string): void {
  pending.push(sentence);
  clearTimeout(timer);
  timer = setTimeout(() => {
    said.value = batch(pending);
    pending = [];
  }, QUIET_MS);
}

/** A burst in one breath: up to three sentences, then a count. */
export function batch(sentences: readonly string[]): string {
  const distinct = [...new Set(sentences)];
  if (distinct.length <= 3) return distinct.join(" ");
  return `${distinct.slice(0, 2).join(" ")} And ${distinct.length - 2} more changes.`;
}

/** The place that screen readers listen to; one a page. */
export function LiveRegion() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said.value}
    </div>
  );
}
