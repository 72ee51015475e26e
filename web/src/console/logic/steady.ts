/** Lists that do not move under a finger: rows keep their place while a pointer or the focus is on the list. */

export interface SteadyRow<T> {
  readonly key: string;
  readonly item: T;
  /** True for a row that is over but kept in place until the list is let go. */
  readonly gone: boolean;
}

/**
 * The next rows. While `held`, rows that went stay (marked) and new ones come at the end; otherwise the order of
 * `items` holds.
 */
export function steady<T>(
  before: readonly SteadyRow<T>[],
  items: readonly T[],
  keyOf: (item: T) => string,
  held: boolean,
): SteadyRow<T>[] {
  const fresh = items.map((item) => ({ key: keyOf(item), item, gone: false }));
  if (!held) return fresh;
  const now = new Map(fresh.map((row) => [row.key, row]));
  const kept = before.map((row) => now.get(row.key) ?? { ...row, gone: true });
  const known = new Set(before.map((row) => row.key));
  return [...kept, ...fresh.filter((row) => !known.has(row.key))];
}
