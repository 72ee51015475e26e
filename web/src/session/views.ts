import type { ClientMessage, PictureSource, ViewItem } from "../wire";

const AT_ONCE_MS = 20; // after quiet: the first picture of a newcomer should not wait
const SETTLE_MS = 150;
const HIDDEN_MS = 3_000; // a glance at another tab should not cost a keyframe of everybody
const STEP = 16; // a pixel more or less changes no layer
const MOST = 64;

export interface Watched {
  element: Element;
  participantId: string;
  source: PictureSource;
  /** Larger is more wanted. */
  weight: number;
}

/** A view message of what is on screen: most wanted first, larger first among equals. */
export function viewItems(seen: readonly { watched: Watched; height: number }[]): ViewItem[] {
  return seen
    .filter((one) => one.height > 0)
    .sort((a, b) => b.watched.weight - a.watched.weight || b.height - a.height)
    .slice(0, MOST)
    .map(({ watched, height }) => ({
      participant_id: watched.participantId,
      source: watched.source,
      height: Math.min(4320, Math.ceil(height / STEP) * STEP),
    }));
}

/** Tells the service which pictures the page shows and how high, so that nothing is sent that is not seen. */
export class ViewReporter {
  readonly #watched = new Map<Element, Watched>();
  readonly #visible = new Set<Element>();
  readonly #sizes: ResizeObserver;
  readonly #sight: IntersectionObserver;
  readonly #send: (message: ClientMessage) => boolean;
  #last = "";
  #reportedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paused = false;
  readonly #onVisibility = () => this.#soon(document.visibilityState === "hidden" ? HIDDEN_MS : SETTLE_MS);

  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
    this.#sizes = new ResizeObserver(() => this.#soon());
    this.#sight = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) this.#visible.add(entry.target);
        else this.#visible.delete(entry.target);
      }
      this.#soon();
    });
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  /** Counts this picture in while its element is on screen; the result ends it. */
  watch(watched: Watched): () => void {
    const { element } = watched;
    this.#watched.set(element, watched);
    this.#sizes.observe(element);
    this.#sight.observe(element);
    this.#soon();
    return () => {
      this.#watched.delete(element);
      this.#visible.delete(element);
      this.#sizes.unobserve(element);
      this.#sight.unobserve(element);
      this.#soon();
    };
  }

  /** No pictures at all while true: the visitor only listens. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#soon();
  }

  /** Says it again, to a service that may not know. */
  repeat(): void {
    this.#last = "";
    this.#soon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sizes.disconnect();
    this.#sight.disconnect();
    document.removeEventListener("visibilitychange", this.#onVisibility);
  }

  #soon(after?: number): void {
    clearTimeout(this.#timer);
    const quiet = performance.now() - this.#reportedAt > 2 * SETTLE_MS;
    this.#timer = setTimeout(() => this.#report(), after ?? (quiet ? AT_ONCE_MS : SETTLE_MS));
  }

  #report(): void {
    this.#reportedAt = performance.now();
    const blind = this.#paused || document.visibilityState === "hidden";
    const seen = blind ? [] : [...this.#visible].flatMap((element) => this.#measure(element));
    const items = viewItems(seen);
    const text = JSON.stringify(items);
    if (text !== this.#last && this.#send({ type: "view", items })) this.#last = text;
  }

  #measure(element: Element): { watched: Watched; height: number }[] {
    const watched = this.#watched.get(element);
    if (!watched) return [];
    return [{ watched, height: element.getBoundingClientRect().height * devicePixelRatio }];
  }
}
