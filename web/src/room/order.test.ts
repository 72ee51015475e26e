import { describe, expect, it } from "vitest";
import type { Participant } from "../wire";
import { galleryOrder, initials, SpeakerMemory } from "./order";

const person = (id: string, camera = true) => ({ participant_id: id, camera }) as Participant;
const ids = (people: Participant[]) => people.map((one) => one.participant_id);

describe("the order of the gallery", () => {
  it("is that of arrival while nobody speaks", () => {
    const memory = new SpeakerMemory();
    expect(ids(galleryOrder([person("a"), person("b"), person("c")], (id) => memory.last(id), 0))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("brings recent speakers to the front, then cameras, and keeps arrival among equals", () => {
    const memory = new SpeakerMemory();
    memory.note(["d"], 1_000);
    const people = [person("a", false), person("b"), person("c", false), person("d", false)];
    expect(ids(galleryOrder(people, (id) => memory.last(id), 2_000))).toEqual(["d", "b", "a", "c"]);
  });

  it("forgets a speaker after a minute of silence", () => {
    const memory = new SpeakerMemory();
    memory.note(["b"], 0);
    expect(ids(galleryOrder([person("a"), person("b")], (id) => memory.last(id), 59_000))).toEqual([
      "b",
      "a",
    ]);
    expect(ids(galleryOrder([person("a"), person("b")], (id) => memory.last(id), 61_000))).toEqual([
      "a",
      "b",
    ]);
  });
});

describe("initials", () => {
  it("are of the first and the last name, without titles", () => {
    expect(initials("Dr. Ana Ortiz")).toBe("AO");
    expect(initials("Prof. Maria de la Cruz")).toBe("MC");
    expect(initials("Clinic 4")).toBe("C");
    expect(initials("李雷")).toBe("李");
  });
});
