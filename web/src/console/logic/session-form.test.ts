import { describe, expect, test } from "vitest";
import type { Session } from "../../api/types";
import { changedFields, checkDraft, draftOf, fieldsOf, newDraft, rebase, summarize } from "./session-form";
import { clockStyle } from "./time";

clockStyle.cycle = "h23";

const DENVER = "America/Denver";
const now = new Date("2026-11-21T17:20:00Z"); // 10:20 in Denver

const draft = { ...newDraft(DENVER, now), title: "Pediatric asthma ECHO", time: "16:00" };

const session: Session = {
  id: "ses_1",
  title: "Pediatric asthma ECHO",
  description: "",
  contact: "",
  zone: DENVER,
  starts_local: "2026-11-21T16:00:00",
  starts_at: "2026-11-21T23:00:00Z",
  duration_minutes: 60,
  lead_minutes: 15,
  overrun_minutes: 15,
  extended_minutes: 0,
  opens_at: "2026-11-21T22:45:00Z",
  ends_at: "2026-11-22T00:00:00Z",
  closes_at: "2026-11-22T00:15:00Z",
  status: "scheduled",
  lobby: true,
  public_link: null,
  opened_at: null,
  closed_at: null,
  created_at: "2026-11-20T00:00:00Z",
  revision: 1,
  counts: { registered: 0, here: 0, waiting: 0 },
  program_id: null,
  program_name: null,
  series_id: null,
  original_local: null,
  moved_forward: false,
  changed_by_hand: [],
  cancel_reason: null,
};

test("a new session starts at a full hour, at least half an hour away", () => {
  expect(newDraft(DENVER, now)).toMatchObject({ date: "2026-11-21", time: "11:00" });
  expect(newDraft(DENVER, new Date("2026-11-21T17:40:00Z"))).toMatchObject({ time: "12:00" });
  expect(newDraft(DENVER, new Date("2026-11-22T06:40:00Z"))).toMatchObject({
    date: "2026-11-22",
    time: "01:00",
  });
});

describe("summary", () => {
  test("says opening, start and end with the zone", () => {
    expect(summarize(draft, DENVER, now)).toEqual({
      main: "Opens today 15:45, starts 16:00, ends 17:00 (Mountain Time)",
      yours: "",
      warning: "",
    });
  });

  test("says the start where the reader sits, if that is elsewhere", () => {
    expect(summarize(draft, "America/New_York", now).yours).toBe(
      "For you: starts today 18:00 (Eastern Time)",
    );
  });

  test("names the day where the session crosses midnight", () => {
    expect(summarize({ ...draft, time: "23:30" }, DENVER, now).main).toBe(
      "Opens today 23:15, starts 23:30, ends tomorrow 00:30 (Mountain Time)",
    );
  });

  test("without a lead the room opens at the start", () => {
    expect(summarize({ ...draft, lead: "0" }, DENVER, now).main).toMatch(
      /^Opens and starts today 16:00, ends/,
    );
  });

  test("warns about the past, a start that passed and an opening that is due", () => {
    expect(summarize({ ...draft, date: "2026-11-20" }, DENVER, now).warning).toBe("This is in the past.");
    expect(summarize({ ...draft, time: "10:00" }, DENVER, now).warning).toContain("has passed");
    expect(summarize({ ...draft, time: "10:30" }, DENVER, now).warning).toContain(
      "opens as soon as you save",
    );
  });

  test("is empty while something is missing", () => {
    expect(summarize({ ...draft, time: "" }, DENVER, now).main).toBe("");
    expect(summarize({ ...draft, duration: "x" }, DENVER, now).main).toBe("");
  });
});

describe("checks", () => {
  test("a complete draft passes", () => expect(checkDraft(draft)).toEqual({}));

  test("each field that cannot be sent says so", () => {
    const wrong = { ...draft, title: " ", date: "", duration: "0", lead: "-1", overrun: "1.5" };
    expect(Object.keys(checkDraft(wrong)).sort()).toEqual(["date", "duration", "lead", "overrun", "title"]);
  });
});

describe("changes", () => {
  test("an untouched form changes nothing", () => {
    expect(changedFields(session, draftOf(session))).toEqual({});
  });

  test("only what was touched is sent", () => {
    expect(changedFields(session, { ...draftOf(session), title: "Asthma" })).toEqual({ title: "Asthma" });
  });

  test("a new zone is sent with its wall time", () => {
    expect(changedFields(session, { ...draftOf(session), zone: "America/Chicago" })).toEqual({
      zone: "America/Chicago",
      starts_local: "2026-11-21T16:00:00",
    });
  });

  test("what somebody else changed meanwhile is kept, and so is what was typed", () => {
    const typed = { ...draftOf(session), title: "Asthma" };
    const newest = { ...session, title: "Paediatric asthma", duration_minutes: 90, revision: 2 };
    const merged = rebase(session, typed, newest);
    expect(merged).toMatchObject({ title: "Asthma", duration: "90" });
    expect(changedFields(newest, merged)).toEqual({ title: "Asthma" });
  });

  test("a draft of a session gives back its fields", () => {
    expect(fieldsOf(draftOf(session))).toMatchObject({
      starts_local: session.starts_local,
      duration_minutes: 60,
    });
  });
});
