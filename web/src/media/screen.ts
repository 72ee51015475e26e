import { signal } from "@preact/signals";

/** Options that browsers know beyond the common ones; those that do not know them ignore them. */
interface ShareOptions extends DisplayMediaStreamOptions {
  systemAudio?: "include" | "exclude";
  surfaceSwitching?: "include" | "exclude";
  selfBrowserSurface?: "include" | "exclude";
}

const OPTIONS: ShareOptions = {
  video: { frameRate: { ideal: 15, max: 30 }, width: { max: 2560 }, height: { max: 1600 } },
  audio: true,
  systemAudio: "include",
  surfaceSwitching: "include",
  selfBrowserSurface: "exclude",
};

/** The visitor's shared screen, with its sound where the browser offers it. */
export class Screen {
  readonly picture = signal<MediaStreamTrack | null>(null);
  readonly sound = signal<MediaStreamTrack | null>(null);

  /** True where this browser can share a screen at all. Phones cannot. */
  static offered(): boolean {
    return Boolean(navigator.mediaDevices && "getDisplayMedia" in navigator.mediaDevices);
  }

  /** Asks which screen or window. False where the visitor changed their mind. */
  async start(): Promise<boolean> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(OPTIONS);
    } catch {
      return false;
    }
    const [picture] = stream.getVideoTracks();
    const [sound] = stream.getAudioTracks();
    if (!picture) return false;
    picture.contentHint = "detail"; // text must stay sharp, if need be with fewer pictures a second
    picture.onended = () => this.stop(); // the browser has a stop button of its own
    this.picture.value = picture;
    this.sound.value = sound ?? null;
    return true;
  }

  stop(): void {
    for (const track of [this.picture.value, this.sound.value]) {
      if (!track) continue;
      track.onended = null;
      track.stop();
    }
    this.picture.value = null;
    this.sound.value = null;
  }
}
