import { describe, expect, it } from "vitest";
import type { SessionInfo, You } from "../wire";
import { asked, type DoorState, doorButton, EVERYTHING, elsewhere, problems } from "./door";

const session: SessionInfo = {
  session_id: "ses_1",
  title: "Pediatric asthma ECHO",
  kind: "session",
  status: "open",
  zone: "UTC",
  starts_at: "2026-11-21T16:00:00Z",
  ends_at: "2026-11-21T17:00:00Z",
  opens_at: "2026-11-21T15:45:00Z",
  closes_at: "2026-11-21T17:15:00Z",
  contact: "",
};
const you: You = {
  known: true,
  name: "Dr. Ortiz",
  site: "Clinic 4",
  role: "participant",
  asks: [],
  lobby: false,
};

function button(more: Partial<DoorState>) {
  const now = new Date("2026-11-21T15:50:00Z");
  return doorButton({ session, now, lobby: false, joining: false, microphone: "on", camera: "on", ...more });
}

describe("the button at the door", () => {
  it("says what happens when it is pressed", () => {
    expect(button({})).toEqual({ label: "Join", enabled: true });
    expect(button({ lobby: true })).toEqual({ label: "Ask to join", enabled: true });
  });

  it("says when the room opens, and waits for it to be open", () => {
    const scheduled = { ...session, status: "scheduled" as const };
    const early = button({ session: scheduled, now: new Date("2026-11-21T15:33:00Z") });
    expect(early.enabled).toBe(false);
    expect(early.label).toMatch(/^Opens at .+ \(in 12 minutes\)$/);
    expect(button({ session: scheduled })).toEqual({ label: "Opening", enabled: false });
    const daysBefore = button({ session: scheduled, now: new Date("2026-11-09T15:45:00Z") });
    expect(daysBefore.label).toMatch(/^Opens \w+, Nov 21,? .+ \(in 12 days\)$/);
  });

  it("says what the visitor goes without", () => {
    expect(button({ camera: "trouble" }).label).toBe("Join without camera");
    expect(button({ microphone: "trouble" }).label).toBe("Join without microphone");
    expect(button({ camera: "trouble", microphone: "trouble" }).label).toBe("Join to listen only");
  });

  it("cannot be pressed twice", () => {
    expect(button({ joining: true }).enabled).toBe(false);
  });
});

describe("the questions at the door", () => {
  it("are those that the link leaves open, or all where the visitor is someone else", () => {
    expect(asked(you, "me")).toEqual([]);
    expect(asked({ ...you, asks: ["site"] }, "me")).toEqual(["site"]);
    expect(asked(you, "other")).toEqual(EVERYTHING);
  });

  it("name each field that is missing or cannot be right", () => {
    const answers = { name: " ", email: "sam@clinic", profession: "nurse", site: "Clinic 4" };
    expect(Object.keys(problems(EVERYTHING, answers))).toEqual(["name", "email"]);
    expect(problems(["site"], answers)).toEqual({});
  });
});

describe("a second device", () => {
  it("is told where the first one is", () => {
    const joined_at = "2026-11-21T15:50:00Z";
    expect(elsewhere([{ participant_id: "a", device: "phone", joined_at }])).toBe(
      "You are in the room already, on your phone.",
    );
  });
});
