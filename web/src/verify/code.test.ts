import { expect, test } from "vitest";
import { codeInAddress, dayWords, readCode, spaced } from "./code";

test("a code is read whatever people do with case, spaces, hyphens and look-alikes", () => {
  for (const typed of ["7K2M-Q9XT-41B0", "7k2m q9xt 41b0", " 7K2MQ9XT4IBO ", "7K2M–Q9XT–4lbo"]) {
    expect(readCode(typed)).toBe("7K2MQ9XT41B0");
  }
  expect(spaced("7K2MQ9XT41B0")).toBe("7K2M-Q9XT-41B0");
});

test("what cannot be a code is none", () => {
  for (const typed of ["", "7K2M-Q9XT-41B", "7K2M-Q9XT-41B00", "7K2M-Q9XT-41BU"]) {
    expect(readCode(typed)).toBeNull();
  }
});

test("the address may hold a code, or nonsense", () => {
  expect(codeInAddress("#7K2M-Q9XT-41B0")).toBe("7K2M-Q9XT-41B0");
  expect(codeInAddress("#%E0%A4%A")).toBe("");
  expect(dayWords("2026-11-21")).toBe("November 21, 2026");
});
