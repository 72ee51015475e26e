import { describe, expect, test } from "vitest";
import { readProblem } from "../api/problem";
import type { Question } from "../api/questions";
import { bodyOf, check, type Draft, EMPTY, fitting, refusalOf } from "./draft";

const question = (id: string, kind: Question["kind"], required = true): Question => ({
  id,
  kind,
  label: id,
  help: "",
  required,
  options: [],
});

const page = {
  slug: "autism",
  questions: [
    question("years", "number", false),
    question("rural", "yes_no"),
    question("topics", "choices"),
    question("licence", "license", false),
    question("board", "board_id"),
  ],
  consents: [
    { id: "photo", title: "Pictures", text: "We take pictures.", required: false },
    { id: "data", title: "Data", text: "We keep your data.", required: true },
  ],
};

const whole: Draft = {
  name: " Ana Ortiz ",
  email: "ana@clinic4.org",
  phone: "",
  profession: "Nurse",
  credentials: "RN",
  site: { id: "", name: "Taos Clinic", state: "New Mexico", county: "", type: "clinic" },
  answers: {
    years: "12,5",
    rural: "no",
    topics: ["Sleep"],
    board: { board: "ABP", number: "77", birth_month: "3", birth_day: "9" },
  },
  consents: ["data"],
};

describe("the registration form", () => {
  test("what is missing is said field by field, and only for what is required", () => {
    const found = check(page, EMPTY);
    expect(Object.keys(found).sort()).toEqual(
      [
        "answers.board.birth_day",
        "answers.board.birth_month",
        "answers.board.board",
        "answers.board.number",
        "answers.rural",
        "answers.topics",
        "consents.data",
        "email",
        "name",
        "profession",
        "site",
      ].sort(),
    );
  });

  test("a form that is whole passes", () => {
    expect(check(page, whole)).toEqual({});
  });

  test("half of an optional licence is not enough, none of it is fine", () => {
    const half = { ...whole, answers: { ...whole.answers, licence: { state: "NM", number: "" } } };
    expect(check(page, half)).toEqual({ "answers.licence.number": "Write the number." });
  });

  test("numbers are numbers, addresses are addresses", () => {
    const wrong = { ...whole, email: "ana at clinic", answers: { ...whole.answers, years: "many" } };
    expect(Object.keys(check(page, wrong))).toEqual(["email", "answers.years"]);
  });

  test("typed values are sent, and what is empty is left out", () => {
    const body = bodyOf("series", page, whole, "America/Phoenix");
    expect(body.name).toBe("Ana Ortiz");
    expect(body.zone).toBe("America/Phoenix");
    expect(body.answers).toEqual({
      years: 12.5,
      rural: false,
      topics: ["Sleep"],
      board: { board: "ABP", number: "77", birth_month: 3, birth_day: 9 },
    });
    expect(body.site).toEqual({ name: "Taos Clinic", state: "New Mexico", county: "", type: "clinic" });
  });

  test("a site from the list is sent by its id alone", () => {
    const chosen = { ...whole, site: { ...whole.site, id: "sit_1" } };
    expect(bodyOf("series", page, chosen, "UTC").site).toEqual({ id: "sit_1" });
  });

  test("refusals stand beside their field; what the form does not show is not swallowed", () => {
    const error = readProblem(422, {
      detail: "4 fields are wrong",
      errors: [
        { field: "email", message: "is not an e-mail address" },
        { field: "site.name", message: "is too long", allowed: "at most 200 characters" },
        { field: "answers.board.number", message: "must not be empty" },
        { field: "zone", message: "is unknown" },
      ],
    });
    const found = refusalOf(error, page);
    expect(found.errors).toEqual({
      email: "Is not an e-mail address.",
      site: "Is too long. Allowed: at most 200 characters.",
      "answers.board.number": "Must not be empty.",
    });
    expect(found.rest).toEqual(["Is unknown."]);
    expect(found.stale).toBe(false);
  });

  test("a consent in other words is asked anew, and what else was typed stays", () => {
    const error = readProblem(422, {
      errors: [{ field: "consents.old", message: "is worded otherwise now" }],
    });
    expect(refusalOf(error, page).stale).toBe(true);
    const kept = fitting(page, {
      ...whole,
      consents: ["old", "data"],
      answers: { ...whole.answers, gone: "x" },
    });
    expect(kept).toEqual(whole);
  });

  test("a day that its month does not have is no birthday", () => {
    const board = { board: "ABP", number: "7", birth_month: "4", birth_day: "31" };
    const found = check(page, { ...whole, answers: { ...whole.answers, board } });
    expect(found).toEqual({ "answers.board.birth_day": "That month has 30 days." });
    const leap = { ...board, birth_month: "2", birth_day: "29" };
    expect(check(page, { ...whole, answers: { ...whole.answers, board: leap } })).toEqual({});
  });
});
