import { afterEach, beforeEach, expect, test } from "vitest";
import { handWords } from "./series-words";
import { clockStyle } from "./time";

const style = clockStyle.cycle;
beforeEach(() => {
  clockStyle.cycle = "h23";
});
afterEach(() => {
  clockStyle.cycle = style;
});

const plain = {
  title: "Autism ECHO",
  changed_by_hand: [],
  moved_forward: false,
  original_local: "2027-03-11T12:00:00",
  starts_local: "2027-03-11T12:00:00",
};

test("a session as its series has it says nothing", () => {
  expect(handWords(plain)).toBe("");
  expect(handWords({ ...plain, changed_by_hand: ["status"] })).toBe("");
});

test("what was set for one session is named, with the date that the series has", () => {
  const moved = { ...plain, starts_local: "2027-03-12T13:00:00", changed_by_hand: ["starts_local", "title"] };
  expect(handWords(moved)).toBe(
    "“Autism ECHO”. Set for this one: date and time and title (planned Thu, Mar 11 12:00).",
  );
});

test("a time that the clocks skip says so", () => {
  const skipped = {
    ...plain,
    original_local: "2027-03-14T02:30:00",
    starts_local: "2027-03-14T03:30:00",
    moved_forward: true,
  };
  expect(handWords(skipped)).toBe("Clocks go forward over Sun, Mar 14 02:30 that day, so it begins later.");
});
