import { expect, test } from "vitest";
import { pagesOf } from "./pages";

const ALL = ["a", "b", "c", "d", "e"];

/** Two a page; the cursor is where the next one begins. */
async function load(cursor = "0") {
  const start = Number(cursor);
  const next = start + 2 < ALL.length ? String(start + 2) : null;
  return { items: ALL.slice(start, start + 2), next };
}

test("so many pages are read as one, and no further than the list goes", async () => {
  expect(await pagesOf(load, 1)).toEqual({ items: ["a", "b"], next: "2" });
  expect(await pagesOf(load, 2)).toEqual({ items: ["a", "b", "c", "d"], next: "4" });
  expect(await pagesOf(load, 9)).toEqual({ items: ALL, next: null });
});
