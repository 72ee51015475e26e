/** A text from which what is understood is taken away piece by piece. */
export class Words {
  #text: string;

  constructor(text: string) {
    this.#text = text
      .toLowerCase()
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/\s+/g, " ")
      .replace(/(\d) (?:o'clock )?in the morning\b/g, "$1 am")
      .replace(/(\d) (?:o'clock )?in the (?:afternoon|evening)\b/g, "$1 pm")
      .trim();
  }

  /** Takes the first match that stands between whole words and that `wanted` agrees to. */
  take(pattern: string, wanted: (match: RegExpMatchArray) => boolean = () => true): RegExpMatchArray | null {
    for (const match of this.#text.matchAll(new RegExp(`(?<![\\w])(?:${pattern})(?![\\w])`, "g"))) {
      if (!wanted(match)) continue;
      const end = match.index + match[0].length;
      this.#text = `${this.#text.slice(0, match.index)} | ${this.#text.slice(end)}`;
      return match;
    }
    return null;
  }

  /** What nobody took. */
  left(): string {
    return this.#text;
  }
}
