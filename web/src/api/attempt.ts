/** One key for one wish, so that sending it again after a lost answer does not do it twice (Idempotency-Key). */
export class Attempt {
  #body = "";
  #key = "";
  readonly #random: () => string;

  constructor(random: () => string = randomKey) {
    this.#random = random;
  }

  /** The key for this body: the same until the body differs or {@link done} was called. */
  keyFor(body: unknown): string {
    const text = JSON.stringify(body);
    if (text !== this.#body || !this.#key) {
      this.#body = text;
      this.#key = this.#random();
    }
    return this.#key;
  }

  /** The wish came true; asking the same again is a new wish. */
  done(): void {
    this.#key = "";
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
