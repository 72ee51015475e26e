import { expect, test } from "vitest";
import type { Program } from "../../api/programs";
import {
  changedProgram,
  checkProgram,
  draftOfProgram,
  newProgram,
  newProgramFields,
  programFields,
  rebaseProgram,
  reminderWords,
  shifted,
} from "./program-form";

const program: Program = {
  id: "p1",
  slug: "autism",
  name: "Autism ECHO",
  summary: "",
  contact: "",
  zone: "America/Denver",
  public: true,
  approval: "open",
  capacity: null,
  waiting_list: true,
  reminders: [1440, 60, 0],
  questions: [
    { id: "q1", kind: "choice", label: "Where?", help: "", required: true, options: ["School", "Clinic"] },
  ],
  consents: [{ id: "c1", title: "No names", text: "I name no patient.", required: true }],
  page: "",
  feed: null,
  series_count: 0,
  registered: 0,
  archived_at: null,
  created_at: "",
  revision: 1,
};
const draft = draftOfProgram(program);

test("a program comes back from the form as it was", () => {
  expect(changedProgram(draft, draft)).toEqual({});
  expect(programFields(draft).questions).toEqual(program.questions);
  expect(programFields(draft).consents).toEqual(program.consents);
});

test("only what differs is sent", () => {
  expect(changedProgram(draft, { ...draft, capacity: "40" })).toEqual({ capacity: 40 });
});

test("a new program needs a name alone", () => {
  const fresh = newProgram("America/Denver", "");
  expect(checkProgram(fresh)).toEqual({ name: "Give the program a name." });
  expect(checkProgram({ ...fresh, name: "Autism ECHO" })).toEqual({});
  expect(newProgramFields({ ...fresh, name: "Autism ECHO" })).not.toHaveProperty("slug");
});

test("what is wrong with a question is said at its place", () => {
  const [question] = draft.questions;
  if (!question) throw new Error("there is one");
  const wrong = {
    ...draft,
    questions: [question, { ...question, key: "n", id: "", label: " ", options: "One" }],
  };
  expect(Object.keys(checkProgram(wrong))).toEqual(["questions.1.label", "questions.1.options"]);
});

test("answers of a list are its lines, each once", () => {
  const [question] = draft.questions;
  if (!question) throw new Error("there is one");
  const typed = { ...draft, questions: [{ ...question, options: " School \n\nClinic\nSchool" }] };
  expect(programFields(typed).questions[0]?.options).toEqual(["School", "Clinic"]);
});

test("what somebody else changed comes in, what was typed stays", () => {
  const typed = { ...draft, summary: "For schools", waitingList: false };
  const newest = { ...draft, name: "Autism ECHO New Mexico", summary: "" };
  expect(rebaseProgram(draft, typed, newest)).toMatchObject({
    name: "Autism ECHO New Mexico",
    summary: "For schools",
    waitingList: false,
  });
});

test("reminders are told earliest first", () => {
  expect(reminderWords([0, 1440])).toBe("the day before, at the same time; when the room opens");
  expect(reminderWords([])).toBe("none");
  expect(reminderWords([180])).toBe("3 hours before");
});

test("a question moves by one place and stays at the ends", () => {
  expect(shifted(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
  expect(shifted(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
});
