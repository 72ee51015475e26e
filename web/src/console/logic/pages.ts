/** Pages of a list, one after the other. */

import type { Page } from "../../api/types";

/** The first so many pages as one. */
export async function pagesOf<T>(
  load: (cursor?: string) => Promise<Page<T>>,
  pages: number,
): Promise<Page<T>> {
  let found = await load();
  for (let read = 1; read < pages && found.next !== null; read += 1) {
    const page = await load(found.next);
    found = { items: [...found.items, ...page.items], next: page.next };
  }
  return found;
}
