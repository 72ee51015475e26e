/** The six characters on the screen in the room. Pure. */

const LENGTH = 6;

/** What was typed as the code has it: capitals, nothing between them. */
export function tidyCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase().slice(0, LENGTH);
}

/** "ABC 234": two halves are easier to read and to say. */
export function spaced(code: string): string {
  const half = LENGTH / 2;
  return code.length > half ? `${code.slice(0, half)} ${code.slice(half)}` : code;
}

export function complete(code: string): boolean {
  return tidyCode(code).length === LENGTH;
}

/** Those whose name holds each typed word, in the order of the list. */
export function found<T extends { readonly name: string }>(
  people: readonly T[],
  typed: string,
): readonly T[] {
  const words = plain(typed).split(" ").filter(Boolean);
  return people.filter(({ name }) => words.every((word) => plain(name).includes(word)));
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
