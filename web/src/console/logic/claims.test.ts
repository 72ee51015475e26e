import { expect, test } from "vitest";
import { byProgress, claimWords, editionName, historyWords, progressWords, sharesOf } from "./claims";
import { rangeProblem, readyRanges } from "./ranges";

test("credit is written without zeros that say nothing", () => {
  expect(claimWords({ credit: "0.75", type_name: "AMA" })).toBe("0.75 AMA");
  expect(claimWords({ credit: "1.00", type_name: "AMA" })).toBe("1 AMA");
  expect(claimWords({ credit: "10", type_name: "AMA" })).toBe("10 AMA");
});

test("an amended claim says what it was and why it changed", () => {
  const history = [
    {
      until: "2026-11-22T00:00:00Z",
      state: "claimed" as const,
      minutes: 60,
      credit: "1.00",
      why: "The time was corrected.",
      by: "",
    },
  ];
  expect(historyWords({ history })).toEqual(["Was 1 (60 minutes): The time was corrected."]);
});

test("a claim names the telling of attendance that it stands on", () => {
  expect([null, 0, 1, 3].map(editionName)).toEqual([
    "attendance as it was then",
    "attendance as it was ready",
    "attendance, final",
    "attendance, amendment 2",
  ]);
});

test("who has completed a series comes first, then who is nearest to it", () => {
  const one = (name: string, sessions: number, complete = false) => ({
    person_id: name,
    name,
    email: "",
    marks: [],
    complete,
    attended: Array.from({ length: sessions }, String),
    needed: 8,
    total: 10,
    why: [],
  });
  const people = [one("Bo", 2), one("Cy", 8, true), one("Ana", 2), one("Di", 9)];
  expect(byProgress(people).map(({ name }) => name)).toEqual(["Cy", "Di", "Ana", "Bo"]);
  expect(progressWords(one("Bo", 2))).toBe("2 sessions, 8 needed");
  expect(progressWords({ ...one("Bo", 1), needed: 0 })).toBe("1 session");
});

test("answers are shares of all answers", () => {
  expect(sharesOf({ no: 1, yes: 3 })).toEqual([
    { answer: "Yes", count: 3, share: 0.75 },
    { answer: "No", count: 1, share: 0.25 },
  ]);
  expect(sharesOf({ Agree: 0 })[0]?.share).toBe(0);
});

test("ranges ready to be taken lie in the past, whatever the month", () => {
  const ranges = Object.fromEntries(readyRanges("2026-01-15").map(({ words, range }) => [words, range]));
  expect(ranges["Last month"]).toEqual({ from: "2025-12-01", to: "2025-12-31" });
  expect(ranges["Federal fiscal year"]).toEqual({ from: "2025-10-01", to: "2026-01-15" });
  expect(ranges["This quarter"]).toEqual({ from: "2026-01-01", to: "2026-01-15" });
  expect(rangeProblem({ from: "2026-02-01", to: "2026-01-01" })).not.toBe("");
});
