/** Time and chance as the signaling client takes them, so that tests can hold both. */
export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Calls once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, call: () => void): () => void;
  /** Evenly from 0 up to 1. */
  random(): number;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
