import { expect, test } from "vitest";
import type { CreditOffer, Learner } from "../api/learner";
import { amountOf, inOrder, lastDay, noCertificate, presentSeconds, sessionTime, stayWords } from "./words";

const NOW = new Date("2026-11-22T01:00:00Z");
const ZONE = "America/Denver";

const offer = (id: string, more: Partial<CreditOffer> = {}): CreditOffer => ({
  id,
  name: id,
  provider: "",
  statement: "",
  eligible: true,
  standing: "claimable",
  why: [],
  minutes: 45,
  credit: "0.75",
  claimed: null,
  ...more,
});
const claimed = { state: "claimed", minutes: 30, credit: "0.50", claimed_at: "", changed: "" } as const;

test("times are told in the reader's zone, which is named", () => {
  const session = {
    starts_at: "2026-11-21T23:00:00Z",
    ends_at: "2026-11-22T00:00:00Z",
  } as Learner["session"];
  expect(sessionTime(session, NOW, ZONE).replaceAll("\u202f", " ")).toBe("Today, 4:00 PM – 5:00 PM MST");
  const stay = { joined_at: "2026-11-21T23:02:00Z", left_at: null };
  expect(stayWords(stay, ZONE).replaceAll("\u202f", " ")).toBe("Joined 4:02 PM, still here");
  expect(presentSeconds([stay, { ...stay, left_at: "2026-11-21T23:58:00Z" }])).toBe(56 * 60);
  expect(stayWords({ ...stay, left_at: "2026-11-21T23:58:00Z" }, ZONE)).toContain("left 4:58");
});

test("the last day is a date, and has an hour once it is today", () => {
  expect(lastDay("2027-01-02T23:00:00Z", NOW, ZONE)).toContain("2027");
  expect(lastDay("2026-11-22T03:00:00Z", NOW, ZONE)).toMatch(/^today 8:00.PM MST$/);
});

test("what was claimed comes first and shows what was claimed; what is not for one comes last", () => {
  const none = offer("none", { standing: "none", eligible: false });
  const done = offer("done", { claimed });
  const void_ = offer("void", { claimed: { ...claimed, state: "void" } });
  expect(inOrder([none, void_, done]).map((one) => one.id)).toEqual(["done", "void", "none"]);
  expect([amountOf(done), amountOf(void_), amountOf(none)]).toEqual(["0.50", "0.75", ""]);
});

test("no certificate is offered that would be refused", () => {
  const attended = (counted_seconds: number) => ({ counted_seconds }) as Learner["attended"];
  expect(noCertificate({ matched: true, attended: attended(30) })).toBe("");
  expect(noCertificate({ matched: true, attended: attended(29) })).toContain("half a minute");
  expect(noCertificate({ matched: false, attended: attended(3000) })).toContain("who you are");
});
