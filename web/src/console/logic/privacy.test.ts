import { expect, test } from "vitest";
import type { AuditEntry, Erasure } from "../../api/privacy";
import { actorWords, deedWords, erasureWords, keptFor } from "./privacy";

const ENTRY: AuditEntry = {
  id: "aud_1",
  at: "2026-11-21T23:00:00Z",
  actor: "acc_1",
  actor_name: "Rosa Lee",
  action: "attendance.read",
  subject: "ses_1",
  subject_name: "Asthma ECHO",
  detail: "",
};

test("days that are years are said in years", () => {
  expect(keptFor(2557)).toBe("7 years");
  expect(keptFor(2192)).toBe("6 years");
  expect(keptFor(365)).toBe("1 year");
  expect(keptFor(400)).toBe("400 days");
});

test("a deed is a sentence, and one that nobody knows is itself", () => {
  expect(deedWords(ENTRY)).toBe("Looked at attendance");
  expect(deedWords({ ...ENTRY, action: "report.exported" })).toBe("Exported a report");
  expect(deedWords({ ...ENTRY, action: "odd" })).toBe("odd");
});

test("what nobody did by hand says so", () => {
  expect(actorWords(ENTRY)).toBe("Rosa Lee");
  expect(actorWords({ ...ENTRY, actor: "retention", actor_name: "" })).toContain("By itself");
});

test("what is left of somebody is said", () => {
  const erasure: Erasure = {
    id: "ers_1",
    person_id: "per_1",
    state: "hidden",
    asked_at: "2026-11-21T23:00:00Z",
    by: "acc_1",
    reason: "",
    credit_until: "2032-11-21T23:00:00Z",
    done_at: null,
  };
  expect(erasureWords(erasure, () => "21 November 2032")).toContain("until 21 November 2032");
  expect(erasureWords({ ...erasure, state: "done" }, () => "")).toBe("Nothing is left that says who it was.");
});
