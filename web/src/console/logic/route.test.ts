import { expect, test } from "vitest";
import { addressOf, type Route, readRoute } from "./route";

const ROUTES: readonly Route[] = [
  { name: "today" },
  { name: "calendar" },
  { name: "calendar", day: "2026-11-21" },
  { name: "sessions" },
  { name: "session", id: "a/b" },
  { name: "attendance", id: "a/b" },
  { name: "session-credit", id: "a" },
  { name: "unmatched" },
  { name: "unmatched", session: "a" },
  { name: "completion", id: "s1" },
  { name: "program-credit", id: "p1" },
  { name: "reports" },
  { name: "claims" },
  { name: "programs" },
  { name: "program", id: "p1" },
  { name: "new-series" },
  { name: "new-series", program: "p1" },
  { name: "series", id: "s1" },
  { name: "change-series", id: "s1" },
  { name: "change-series", id: "s1", from: "x 2" },
  { name: "settings" },
  { name: "updates", id: "wep_1" },
];

test.each(ROUTES)("the address of $name leads back to it", (route) => {
  expect(readRoute(addressOf(route))).toEqual(route);
});

test("what is no address of the console leads to today", () => {
  expect(readRoute("#/elsewhere/1")).toEqual({ name: "today" });
  expect(readRoute("#/series")).toEqual({ name: "today" });
  expect(readRoute("#/sessions/%E0%A4%A")).toEqual({ name: "sessions" });
});
