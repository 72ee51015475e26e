import { describe, expect, test } from "vitest";
import { readProblem, unreachable, wordsOf } from "./problem";

describe("problem+json", () => {
  const body = {
    title: "Unprocessable Content",
    detail: "1 field is wrong",
    errors: [{ field: "people.2.email", message: "is not an e-mail address", allowed: "name@example.org" }],
  };

  test("the detail is what the page says", () => {
    expect(readProblem(422, body).message).toBe("1 field is wrong.");
  });

  test("a field is found by its own name inside a list", () => {
    expect(readProblem(422, body).forField("email")).toBe(
      "Is not an e-mail address. Allowed: name@example.org.",
    );
    expect(readProblem(422, body).forField("name")).toBeUndefined();
  });

  test("problems of fields that a form does not show are not swallowed", () => {
    expect(readProblem(422, body).notIn(["title"])).toEqual([
      "people.2.email: Is not an e-mail address. Allowed: name@example.org.",
    ]);
    expect(readProblem(422, body).notIn(["email"])).toEqual([]);
  });

  test("allowed values may be a list", () => {
    const error = readProblem(422, {
      errors: [{ field: "role", message: "unknown", allowed: ["observer", "panelist"] }],
    });
    expect(error.forField("role")).toBe("Unknown. Allowed: observer, panelist.");
  });

  test("anything unexpected still gives words", () => {
    for (const odd of [null, "x", [], { errors: [{}, 3] }]) {
      expect(readProblem(503, odd).message).toContain("Try again");
    }
  });

  test("401 means signed out, and no answer at all leaves open whether something changed", () => {
    expect(readProblem(401, null).signedOut).toBe(true);
    expect(unreachable(true).message).toContain("may or may not");
    expect(unreachable(false).message).toContain("Check the connection");
    expect(wordsOf(new TypeError("x"))).toContain("Reload");
  });
});
