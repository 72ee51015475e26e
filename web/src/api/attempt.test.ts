import { expect, test } from "vitest";
import { Attempt } from "./attempt";

function counting(): Attempt {
  let count = 0;
  return new Attempt(() => {
    count += 1;
    return `key ${count}`;
  });
}

test("the same wish keeps its key, so that a lost answer is not done twice", () => {
  const attempt = counting();
  expect([attempt.keyFor({ title: "A" }), attempt.keyFor({ title: "A" })]).toEqual(["key 1", "key 1"]);
});

test("another wish has another key, and so has the same one once it came true", () => {
  const attempt = counting();
  attempt.keyFor({ title: "A" });
  expect(attempt.keyFor({ title: "B" })).toBe("key 2");
  attempt.done();
  expect(attempt.keyFor({ title: "B" })).toBe("key 3");
});

test("keys of the browser are not alike", () => {
  expect(new Attempt().keyFor(1)).not.toBe(new Attempt().keyFor(1));
});
