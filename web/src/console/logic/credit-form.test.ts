import { expect, test } from "vitest";
import type { CreditPlan, CreditTypeFields } from "../../api/credit";
import {
  changedPlan,
  checkPlan,
  checkType,
  completionWords,
  draftOfPlan,
  fieldsOfType,
  READY_TYPES,
  rebasePlan,
  ruleWords,
} from "./credit-form";

const PLAN: CreditPlan = {
  evaluation: [
    { id: "q1", kind: "choice", label: "Useful?", help: "", required: true, options: ["Yes", "No"] },
  ],
  attestation: "I was there.",
  claim_days: 42,
  certificate: { on: true, heading: "Certificate", issuer: "", signer: "", signer_title: "" },
  completion: { share: 80, of_session: 50, case: true, survey: false },
  revision: 1,
};

const ready = (place: number) => {
  const found = READY_TYPES[place];
  if (!found) throw new Error("there is none");
  return { ...found.draft, provider: "Office of CME" };
};

test("a ready-made credit needs its provider only, and says its rule in words", () => {
  expect(checkType({ ...ready(0), provider: "" })).toEqual({
    provider: "Name the accredited provider, who alone issues the credit.",
  });
  expect(checkType(ready(0))).toEqual({});
  expect(ruleWords(fieldsOfType(ready(0)))).toBe(
    "For Physician, MD or DO. To the nearest quarter hour, at most the planned length. After the evaluation. Not for one’s own presentation.",
  );
  expect(ruleWords(fieldsOfType({ ...ready(1), minimumShare: "80", designated: "60" }))).toContain(
    "Every minute, at most 60 minutes. At least 80% of the session. After the evaluation. The evaluation adds 5 minutes.",
  );
});

test("empty numbers are none, and nonsense is refused at its field", () => {
  const fields: CreditTypeFields = fieldsOfType({
    ...ready(2),
    name: "CE",
    professions: "RN, RN\nSocial worker",
  });
  expect(fields).toMatchObject({
    professions: ["RN", "Social worker"],
    designated_minutes: null,
    minimum_share: null,
    evaluation_minutes: 0,
  });
  const wrong = checkType({ ...ready(0), minimumShare: "120", roundingMinutes: "0", designated: "an hour" });
  expect(Object.keys(wrong).sort()).toEqual(["designated_minutes", "minimum_share", "rounding_minutes"]);
});

test("only what was changed of a plan is sent, and goes on top of somebody else's change", () => {
  const draft = { ...draftOfPlan(PLAN), claimDays: "30" };
  expect(changedPlan(PLAN, draftOfPlan(PLAN))).toEqual({});
  expect(changedPlan(PLAN, draft)).toEqual({ claim_days: 30 });
  const newest = { ...PLAN, attestation: "Theirs.", completion: null };
  expect(rebasePlan(PLAN, draft, newest)).toMatchObject({
    claimDays: "30",
    attestation: "Theirs.",
    completes: false,
  });
});

test("a completion that asks for nothing is refused, and one that asks is said in words", () => {
  const draft = { ...draftOfPlan(PLAN), share: "", case: false };
  expect(checkPlan(draft)).toEqual({ completion: "Ask for a share of the sessions, a case or a survey." });
  expect(completionWords(PLAN.completion)).toBe("80% of the sessions, 50% of each and a case presented");
});
