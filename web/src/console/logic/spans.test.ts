import { expect, test } from "vitest";
import { countable, joined, secondsOf, within, without } from "./spans";

const span = (from: number, until: number) => ({ from, until });

test("spans that touch or overlap become one, empty ones none", () => {
  expect(joined([span(5, 9), span(0, 3), span(3, 4), span(7, 12), span(20, 20)])).toEqual([
    span(0, 4),
    span(5, 12),
  ]);
});

test("what lies within, and what is left beside holes", () => {
  expect(within([span(0, 10)], [span(2, 4), span(8, 20)])).toEqual([span(2, 4), span(8, 10)]);
  expect(without([span(0, 10)], [span(2, 4), span(8, 20)])).toEqual([span(0, 2), span(4, 8)]);
  expect(secondsOf([span(0, 61_900), span(30_000, 61_900)])).toBe(61);
});

test("breaks do not count, the one that goes on least of all", () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 19, minute)).toISOString();
  const windows = [{ from: at(0), until: at(59) }];
  const breaks = [
    { id: "a", from: at(10), until: at(15) },
    { id: "b", from: at(30), until: null },
  ];
  expect(secondsOf(countable({ windows, breaks }, new Date(at(40))))).toBe((10 + 15 + 19) * 60);
});
