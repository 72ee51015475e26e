import { expect, test } from "vitest";
import { squares } from "./QrCode";

test("each run of dark squares is one box, within a quiet border of four", () => {
  expect(squares(["1100", "0101"])).toBe("M4 4h2v1h-2zM5 5h1v1h-1zM7 5h1v1h-1z");
  expect(squares([])).toBe("");
});
