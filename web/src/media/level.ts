import { signal } from "@preact/signals";

const EVERY_MS = 50;
const SILENCE_DB = -60;
const FLOOR_DB = -70;
const SILENT_AFTER_MS = 3_000;

/** Loudness of a stretch of samples, in decibels below full scale. */
export function decibels(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms > 0 ? 20 * Math.log10(rms) : Number.NEGATIVE_INFINITY;
}

/** Loudness as a share of the meter's length, from 0 to 1. */
export function share(db: number): number {
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / -FLOOR_DB));
}

/** Measures how loud a microphone is, and notices one that gives nothing. */
export class LevelMeter {
  /** From 0 to 1. */
  readonly level = signal(0);
  /** True once nothing was heard for three seconds. */
  readonly silent = signal(false);

  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Measures this track from now on; null ends it. */
  watch(track: MediaStreamTrack | null): void {
    this.#stop();
    if (!track) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let quiet = 0;
    this.#timer = setInterval(() => {
      if (context.state !== "running") {
        void context.resume(); // browsers hold it back until the visitor touched the page
        return;
      }
      analyser.getFloatTimeDomainData(samples);
      const db = decibels(samples);
      this.level.value = share(db);
      quiet = db > SILENCE_DB ? 0 : quiet + EVERY_MS;
      this.silent.value = quiet >= SILENT_AFTER_MS;
    }, EVERY_MS);
  }

  /** Gives the audio device back. */
  close(): void {
    this.#stop();
    void this.#context?.close();
    this.#context = null;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
    this.level.value = 0;
    this.silent.value = false;
  }
}
