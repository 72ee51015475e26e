import { describe, expect, test } from "vitest";
import type { Session } from "../../api/types";
import { clockStyle } from "./time";
import { countWords, endsSoon, inListOrder, remainingWords, spanWords, whenWords, yoursWords } from "./today";

clockStyle.cycle = "h23";

const DENVER = "America/Denver";
const now = new Date("2026-11-21T18:00:00Z"); // 11:00 in Denver

const session: Session = {
  id: "ses_1",
  title: "Asthma",
  description: "",
  contact: "",
  zone: DENVER,
  starts_local: "2026-11-21T12:00:00",
  starts_at: "2026-11-21T19:00:00Z",
  duration_minutes: 60,
  lead_minutes: 15,
  overrun_minutes: 15,
  extended_minutes: 0,
  opens_at: "2026-11-21T18:45:00Z",
  ends_at: "2026-11-21T20:00:00Z",
  closes_at: "2026-11-21T20:15:00Z",
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

describe("when", () => {
  test("a session that comes says when it opens, with the zone", () => {
    expect(whenWords(session, now)).toBe("Today 12:00, opens 11:45 (Mountain Time)");
    expect(whenWords({ ...session, opens_at: session.starts_at }, now)).toBe("Today 12:00 (Mountain Time)");
  });

  test("a room that opens on the day before says so", () => {
    const early = { ...session, starts_at: "2026-11-22T07:05:00Z", opens_at: "2026-11-22T06:50:00Z" };
    expect(whenWords(early, now)).toBe("Tomorrow 00:05, opens today 23:50 (Mountain Time)");
  });

  test("a reader elsewhere gets the start of their own clock", () => {
    expect(yoursWords(session, "America/New_York", now)).toBe("Today 14:00 for you (Eastern Time)");
    expect(yoursWords(session, DENVER, now)).toBe("");
  });

  test("a session over midnight names both days", () => {
    const late = { ...session, starts_at: "2026-11-22T06:30:00Z", ends_at: "2026-11-22T07:30:00Z" };
    expect(spanWords(late, now)).toBe("Today 23:30 to tomorrow 00:30 (Mountain Time)");
  });
});

describe("how long still", () => {
  const at = (instant: string) => new Date(instant);

  test("counts to the start, to the end, then to the closing", () => {
    expect(remainingWords(session, at("2026-11-21T18:50:00Z"))).toBe("starts in 10:00");
    expect(remainingWords(session, at("2026-11-21T19:17:00Z"))).toBe("ends in 43 min");
    expect(remainingWords(session, at("2026-11-21T20:05:48Z"))).toBe("over time, closes in 9:12");
  });

  test("the end is near in the last five minutes, or in the last half of a short session", () => {
    expect(endsSoon(session, at("2026-11-21T19:54:59Z"))).toBe(false);
    expect(endsSoon(session, at("2026-11-21T19:55:00Z"))).toBe(true);
    const short = { ...session, ends_at: "2026-11-21T19:02:00Z" };
    expect(endsSoon(short, at("2026-11-21T19:00:30Z"))).toBe(false);
    expect(endsSoon(short, at("2026-11-21T19:01:00Z"))).toBe(true);
  });
});

test("counts say who is there while it is on, and who is invited otherwise", () => {
  const live = (here: number, waiting: number): Session => ({
    ...session,
    status: "open",
    counts: { registered: 3, here, waiting },
  });
  expect([live(1, 0), live(31, 2)].map(countWords)).toEqual(["1 person here", "31 here, 2 waiting"]);
  expect(countWords(session)).toBe("nobody invited yet");
  expect(countWords({ ...session, status: "closed" })).toBe("nobody invited");
});

test("the list begins with what is on, then what comes next, then what was last", () => {
  const make = (id: string, status: Session["status"], starts_at: string): Session => ({
    ...session,
    id,
    status,
    starts_at,
  });
  const list = [
    make("next week", "scheduled", "2026-11-28T19:00:00Z"),
    make("tomorrow", "scheduled", "2026-11-22T19:00:00Z"),
    make("on", "open", "2026-11-21T17:00:00Z"),
    make("last month", "closed", "2026-10-21T17:00:00Z"),
    make("yesterday", "closed", "2026-11-20T17:00:00Z"),
  ];
  expect(inListOrder(list).map((one) => one.id)).toEqual([
    "on",
    "tomorrow",
    "next week",
    "yesterday",
    "last month",
  ]);
});
