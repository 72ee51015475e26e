import type { Clock } from "./clock";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  time = 0;
  #timers: { at: number; call: () => void }[] = [];

  now = () => this.time;
  random = () => 0.5;

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.time + milliseconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.time = next.at;
      next.call();
    }
    this.time = end;
  }
}
