import { expect, test } from "vitest";
import { complete, found, spaced, tidyCode } from "./code";

test("a code may be typed as it is read out", () => {
  expect(tidyCode(" abc-2 34 ")).toBe("ABC234");
  expect(spaced("ABC234")).toBe("ABC 234");
  expect([complete("abc 234"), complete("abc 23")]).toEqual([true, false]);
});

test("people are found by any part of their name, without accents", () => {
  const people = [{ name: "Ana Ortiz" }, { name: "José Peña" }, { name: "Ben Ortega" }];
  expect(found(people, "ort").map(({ name }) => name)).toEqual(["Ana Ortiz", "Ben Ortega"]);
  expect(found(people, "pena jo")).toEqual([people[1]]);
  expect(found(people, "")).toHaveLength(3);
});
