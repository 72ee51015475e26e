import { signal } from "@preact/signals";

/** Browsers that let a page choose the loudspeaker. */
interface Routable {
  setSinkId?(id: string): Promise<void>;
}

/** Plays received sound. Where the browser holds sound back until a tap, the next tap or key sets it free. */
export class Playback {
  /** True while the browser holds sound back. */
  readonly blocked = signal(false);

  readonly #elements = new Map<string, HTMLAudioElement>();
  #sink = "";
  readonly #retry = () => {
    for (const element of this.#elements.values()) this.#start(element);
  };

  /** True where the loudspeaker can be chosen. */
  static routable(): boolean {
    return "setSinkId" in HTMLMediaElement.prototype;
  }

  /** Plays this track in the named place, in the stead of what played there. */
  play(place: string, track: MediaStreamTrack): void {
    let element = this.#elements.get(place);
    if (!element) {
      element = new Audio();
      element.autoplay = true;
      this.#elements.set(place, element);
      document.body.append(element); // without controls it shows nothing
      this.#route(element);
    }
    element.srcObject = new MediaStream([track]);
    this.#start(element);
  }

  /** Silences what plays in the named place, or lets it be heard again. */
  mute(place: string, muted: boolean): void {
    const element = this.#elements.get(place);
    if (element) element.muted = muted;
  }

  setSpeaker(id: string): void {
    this.#sink = id;
    for (const element of this.#elements.values()) this.#route(element);
  }

  close(): void {
    this.#listen(false);
    for (const element of this.#elements.values()) {
      element.srcObject = null;
      element.remove();
    }
    this.#elements.clear();
  }

  #start(element: HTMLAudioElement): void {
    element.play().then(
      () => {
        this.#listen(false);
      },
      (error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") this.#listen(true);
      },
    );
  }

  #listen(blocked: boolean): void {
    this.blocked.value = blocked;
    const change = blocked ? document.addEventListener : document.removeEventListener;
    for (const event of ["pointerup", "keyup"]) change.call(document, event, this.#retry);
  }

  #route(element: HTMLAudioElement): void {
    // a loudspeaker that is gone leaves the sound on the device's own choice
    if (this.#sink) void (element as Routable).setSinkId?.(this.#sink).catch(() => {});
  }
}
