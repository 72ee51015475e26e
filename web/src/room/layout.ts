/** How tiles fill a space: as large as they can be, never smaller than a face needs. */

export const LEAST_PX = 120;
const GAP_PX = 8;
const WIDEST = 16 / 9;
const NARROWEST_WIDE = 4 / 3; // most cameras are wide: a narrower tile would cut faces off
const NARROWEST_UPRIGHT = 3 / 4; // on an upright phone or tablet, space counts more

export interface Grid {
  columns: number;
  rows: number;
  /** Size of each tile, in CSS pixels. */
  width: number;
  height: number;
}

/** The grid that gives `count` tiles the most of a space; null where they would get smaller than `LEAST_PX`. */
export function gridFor(width: number, height: number, count: number): Grid | null {
  let best: Grid | null = null;
  const narrowest = width > height ? NARROWEST_WIDE : NARROWEST_UPRIGHT;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cell = shape(
      (width - GAP_PX * (columns - 1)) / columns,
      (height - GAP_PX * (rows - 1)) / rows,
      narrowest,
    );
    if (Math.min(cell.width, cell.height) < LEAST_PX) continue;
    if (!best || cell.width * cell.height > best.width * best.height) best = { columns, rows, ...cell };
  }
  return best;
}

/** The largest tile in a cell that is neither a ribbon nor a pillar. */
function shape(width: number, height: number, narrowest: number): { width: number; height: number } {
  if (width > height * WIDEST) return { width: Math.floor(height * WIDEST), height: Math.floor(height) };
  if (width < height * narrowest) return { width: Math.floor(width), height: Math.floor(width / narrowest) };
  return { width: Math.floor(width), height: Math.floor(height) };
}

/** How many tiles a page holds: all of them where they fit, else as many as do; one at least. */
export function capacity(width: number, height: number, count: number, most: number): number {
  for (let tiles = Math.min(count, most); tiles > 1; tiles -= 1) {
    if (gridFor(width, height, tiles)) return tiles;
  }
  return 1;
}

/** The pages of a list, in order; one empty page for an empty list. */
export function pagesOf<T>(items: readonly T[], size: number): T[][] {
  const pages: T[][] = [];
  for (let start = 0; start < items.length; start += size) pages.push(items.slice(start, start + size));
  return pages.length > 0 ? pages : [[]];
}
