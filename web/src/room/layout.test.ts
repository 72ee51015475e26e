import { describe, expect, it } from "vitest";
import { capacity, gridFor, LEAST_PX, pagesOf } from "./layout";

describe("the gallery", () => {
  it("fills the space with one tile, and halves it for two", () => {
    expect(gridFor(1280, 720, 1)).toMatchObject({ columns: 1, rows: 1, width: 1280, height: 720 });
    expect(gridFor(1280, 720, 2)).toMatchObject({ columns: 2, rows: 1 });
    expect(gridFor(390, 640, 2)).toMatchObject({ columns: 1, rows: 2 });
  });

  it("puts four into two rows of two on any screen", () => {
    for (const [width, height] of [
      [1280, 640],
      [820, 980],
      [390, 640],
    ] as const) {
      expect(gridFor(width, height, 4)).toMatchObject({ columns: 2, rows: 2 });
    }
  });

  it("never makes a tile smaller than a face needs", () => {
    for (let count = 1; count < 60; count += 1) {
      const grid = gridFor(1000, 600, count);
      if (grid) expect(Math.min(grid.width, grid.height)).toBeGreaterThanOrEqual(LEAST_PX);
    }
    expect(gridFor(390, 500, 30)).toBeNull();
  });

  it("never makes a tile a ribbon or a pillar", () => {
    for (const count of [1, 2, 3, 5, 7]) {
      const grid = gridFor(2000, 500, count);
      const ratio = grid ? grid.width / grid.height : 0;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.8);
    }
  });

  it("leaves to other pages what does not fit, and what the line was not made for", () => {
    expect(capacity(1280, 640, 40, 25)).toBe(25);
    const phone = capacity(390, 560, 40, 9);
    expect(phone).toBe(9);
    expect(capacity(10, 10, 5, 9)).toBe(1);
  });

  it("has a page even when nobody is there", () => {
    expect(pagesOf([], 4)).toEqual([[]]);
    expect(pagesOf([1, 2, 3, 4, 5], 4)).toEqual([[1, 2, 3, 4], [5]]);
  });
});
