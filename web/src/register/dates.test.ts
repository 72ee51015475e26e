import { expect, test } from "vitest";
import { dateLines, ruleWords, zoneWords } from "./dates";

const now = new Date("2026-10-01T12:00:00Z");

/** Noon in Denver on those days: clocks there change on 1 November 2026, in Phoenix never. */
const noonInDenver = ["2026-10-22T18:00:00Z", "2026-10-29T18:00:00Z", "2026-11-05T19:00:00Z"].map(
  (at, index) => ({
    session_id: `ses_${index}`,
    title: "Autism ECHO",
    starts_at: at,
    ends_at: new Date(Date.parse(at) + 3_600_000).toISOString(),
    zone: "America/Denver",
  }),
);

test("a visitor in the hub's zone sees the hub's time once and no shift", () => {
  const lines = dateLines(noonInDenver, "America/Denver", now);
  expect(lines.map((line) => line.hub)).toEqual(["", "", ""]);
  expect(lines.map((line) => line.shift)).toEqual(["", "", ""]);
});

test("in Arizona, where clocks stay, the date after the change is said to be later", () => {
  const lines = dateLines(noonInDenver, "America/Phoenix", now);
  expect(lines.map((line) => line.shift)).toEqual(["", "", "1 hour later than usual for you"]);
  expect(lines[0]?.hub).toContain("at the hub");
  expect(lines[2]?.hub).toBe("");
});

test("a series whose hour changes is not a shift of the visitor's clocks", () => {
  const [first, second] = noonInDenver;
  if (!first || !second) throw new Error("two dates");
  const moved = { ...second, starts_at: "2026-10-29T20:00:00Z", ends_at: "2026-10-29T21:00:00Z" };
  expect(dateLines([first, moved], "America/Phoenix", now).map((line) => line.shift)).toEqual(["", ""]);
});

test("zones are named as people say them", () => {
  expect(zoneWords("America/Denver", "America/Boise")).toBe("Times are in Mountain Time.");
  expect(zoneWords("America/Chicago", "America/Denver")).toBe(
    "Times are in your zone, Central Time. The hub is in Mountain Time.",
  );
});

test("the rule is told in the hub's hours, and says whose they are", () => {
  const noon = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  const clock = noon.format(new Date("2026-01-01T12:00:00Z"));
  expect(ruleWords("Every Thursday at 12:00, 5 times", "America/Denver")).toBe(
    `Every Thursday at ${clock}, 5 times (Mountain Time)`,
  );
});
