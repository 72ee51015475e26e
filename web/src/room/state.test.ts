import { describe, expect, it } from "vitest";
import type { Participant, Room, SessionInfo, Waiting } from "../wire";
import { applyDelta, bySite, fromRoom, spokenChanges } from "./state";

const session: SessionInfo = {
  session_id: "ses_1",
  title: "Pediatric asthma ECHO",
  kind: "session",
  status: "open",
  zone: "America/Denver",
  starts_at: "2026-11-21T16:00:00Z",
  ends_at: "2026-11-21T17:00:00Z",
  opens_at: "2026-11-21T15:45:00Z",
  closes_at: "2026-11-21T17:15:00Z",
  contact: "",
};

function person(id: string, more: Partial<Participant> = {}): Participant {
  return {
    participant_id: id,
    person_id: `per_${id}`,
    name: `Dr. ${id}`,
    site: "",
    role: "participant",
    device: "desktop",
    joined_at: "2026-11-21T16:00:00Z",
    microphone: true,
    camera: true,
    screen: false,
    screen_sound: false,
    connected: true,
    ...more,
  };
}

const waiting: Waiting = {
  waiting_id: "w1",
  name: "Sam",
  site: "",
  profession: "",
  since: "2026-11-21T16:00:00Z",
};
const room: Room = { type: "room", revision: 7, session, participants: [person("a")], waiting: [] };

describe("the room's state", () => {
  it("follows deltas in order and leaves what was before alone", () => {
    const before = fromRoom(room);
    const after = applyDelta(before, {
      type: "delta",
      revision: 8,
      changes: [
        { op: "put", participant: person("b") },
        { op: "gone", participant_id: "a" },
        { op: "waiting_put", waiting },
        { op: "session_put", session: { ...session, title: "New" } },
      ],
    });
    expect([...(after?.participants.keys() ?? [])]).toEqual(["b"]);
    expect(after?.waiting).toEqual([waiting]);
    expect(after?.session.title).toBe("New");
    expect([...before.participants.keys()]).toEqual(["a"]);
  });

  it("ignores a delta that it has seen and refuses one that leaves a gap", () => {
    const state = fromRoom(room);
    expect(applyDelta(state, { type: "delta", revision: 7, changes: [] })).toBe(state);
    expect(applyDelta(state, { type: "delta", revision: 9, changes: [] })).toBeNull();
  });

  it("keeps a participant's place when something about it changes", () => {
    const two = fromRoom({ ...room, participants: [person("a"), person("b")] });
    const after = applyDelta(two, {
      type: "delta",
      revision: 8,
      changes: [{ op: "put", participant: person("a", { microphone: false }) }],
    });
    expect([...(after?.participants.keys() ?? [])]).toEqual(["a", "b"]);
  });
});

describe("what is read out", () => {
  it("is who came, left, shares or waits, and nothing about oneself", () => {
    const before = fromRoom({ ...room, participants: [person("me"), person("a"), person("b")] });
    const after = fromRoom({
      ...room,
      participants: [person("me", { screen: true }), person("b", { screen: true }), person("c")],
      waiting: [waiting],
    });
    expect(spokenChanges(before, after, "me")).toEqual([
      "Dr. b shares the screen.",
      "Dr. c joined.",
      "Dr. a left.",
      "Sam is in the waiting room.",
    ]);
  });
});

describe("the people list", () => {
  it("is grouped by site, names in order, people without a site last", () => {
    const groups = bySite([
      person("z"),
      person("d", { site: "Clinic 4" }),
      person("c", { site: "Clinic 4" }),
    ]);
    expect(groups.map((one) => one.site)).toEqual(["Clinic 4", ""]);
    expect(groups[0]?.people.map((one) => one.name)).toEqual(["Dr. c", "Dr. d"]);
  });
});
