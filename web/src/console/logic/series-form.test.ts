import { describe, expect, test } from "vitest";
import type { Series } from "../../api/series";
import { meanwhile } from "./meanwhile";
import {
  canPreview,
  changedSeries,
  checkSeries,
  draftOfSeries,
  inProgram,
  newSeries,
  rebaseSeries,
  sameDraft,
  seriesFields,
} from "./series-form";

const series: Series = {
  id: "s1",
  slug: "autism",
  program_id: "p1",
  program_name: "Autism ECHO",
  title: "Autism ECHO 2026",
  description: "",
  contact: "help@hub.example",
  lead_minutes: 15,
  overrun_minutes: 15,
  lobby: true,
  public: true,
  approval: "",
  capacity: null,
  waiting_list: true,
  status: "active",
  page: "/series/autism",
  parts: [
    {
      id: "part1",
      position: 1,
      zone: "America/Denver",
      starts_local: "2026-09-10T12:00:00",
      duration_minutes: 60,
      rule: {
        freq: "weekly",
        interval: 2,
        weekdays: ["TH"],
        until: null,
        count: 18,
        exclude: ["2026-11-19"],
      },
      words: "Every second Thursday",
      uid: "u",
      sequence: 0,
    },
  ],
  first_at: "2026-09-10T18:00:00Z",
  last_at: "2027-05-06T18:00:00Z",
  next_session_id: null,
  sessions: 18,
  registered: 4,
  created_at: "2026-07-01T00:00:00Z",
  revision: 1,
};
const all = draftOfSeries({ series, from: null });

test("a new series takes the zone and contact of its program", () => {
  const draft = newSeries({ zone: "America/Chicago", contact: "Ana" }, "UTC", "2026-07-15");
  expect(draft).toMatchObject({ zone: "America/Chicago", contact: "Ana", title: "" });
  expect(checkSeries(draft)).toEqual({ title: "Give the series a title." });
  expect(canPreview(draft)).toBe(true);
  expect(canPreview({ ...draft, duration: "x" })).toBe(false);
});

describe("a change", () => {
  test("of the title sends the title alone", () => {
    expect(changedSeries(all, { ...all, title: "Autism ECHO spring" })).toEqual({
      title: "Autism ECHO spring",
    });
    expect(changedSeries(all, all)).toEqual({});
  });

  test("of the time sends the time without the rule", () => {
    expect(changedSeries(all, { ...all, time: "13:30" })).toEqual({ starts_local: "2026-09-10T13:30:00" });
  });

  test("of the zone sends the wall time with it", () => {
    expect(changedSeries(all, { ...all, zone: "America/Chicago" })).toEqual({
      zone: "America/Chicago",
      starts_local: "2026-09-10T12:00:00",
    });
  });

  test("of the dates sends rule and start", () => {
    const draft = { ...all, pattern: { ...all.pattern, weekdays: ["FR"] as const } };
    const sent = changedSeries(all, draft);
    expect(Object.keys(sent).sort()).toEqual(["rule", "starts_local"]);
    expect(sent.rule).toMatchObject({ weekdays: ["FR"], count: 18 });
  });

  test("from one session on begins there and keeps the end as a date", () => {
    const draft = draftOfSeries({ series, from: "2026-12-03" });
    expect(draft.pattern).toMatchObject({
      from: "2026-12-03",
      ends: "until",
      until: "2027-05-06",
      exclude: [],
    });
    expect(changedSeries(draft, { ...draft, time: "13:00" })).toEqual({
      starts_local: "2026-12-03T13:00:00",
    });
  });
});

describe("two coordinators at one series", () => {
  const newest = { ...all, title: "Autism ECHO fall", time: "13:00" };

  test("what the second typed stays, what the first changed comes in", () => {
    const draft = { ...all, duration: "90", time: "11:00" };
    expect(rebaseSeries(all, draft, newest)).toMatchObject({
      title: "Autism ECHO fall",
      time: "11:00",
      duration: "90",
    });
  });

  test("the second is told what changed, with both values where both typed", () => {
    const told = meanwhile(all, { ...all, time: "11:00" }, newest);
    expect(told.map(({ field, yours }) => [field, yours !== null])).toEqual([
      ["Title", false],
      ["Start", true],
    ]);
  });

  test("dates that both changed keep each one's part", () => {
    const mine = { ...all, pattern: { ...all.pattern, exclude: ["2026-12-31"] } };
    const theirs = { ...all, pattern: { ...all.pattern, count: "20" } };
    expect(rebaseSeries(all, mine, theirs).pattern).toMatchObject({
      count: "20",
      exclude: ["2026-12-31"],
    });
  });

  test("dates that each left out are left out both, and those put back stay in", () => {
    const with_ = (exclude: string[]) => ({ ...all, pattern: { ...all.pattern, exclude } });
    const before = with_(["2026-11-19"]);
    const both = rebaseSeries(before, with_(["2026-12-31"]), with_(["2026-11-19", "2027-01-14"]));
    expect(both.pattern.exclude).toEqual(["2026-12-31", "2027-01-14"]);
  });
});

test("an empty capacity is any number of people", () => {
  expect(seriesFields(all).capacity).toBeNull();
  expect(seriesFields({ ...all, capacity: "40" }).capacity).toBe(40);
  expect(checkSeries({ ...all, capacity: "many" })).toHaveProperty("capacity");
});

describe("a program chosen after the form was begun", () => {
  const blank = newSeries({ zone: "America/Denver", contact: "Ana" }, "America/Denver", "2026-11-21");
  const eastern = { zone: "America/New_York", contact: "Joe" };

  test("hands over its zone and its contact", () => {
    const moved = inProgram({ ...blank, title: "Fall" }, blank, eastern);
    expect(moved).toEqual({ ...blank, title: "Fall", ...eastern });
  });

  test("leaves alone what was chosen or typed", () => {
    const typed = { ...blank, zone: "America/Phoenix", contact: "Carla" };
    expect(inProgram(typed, blank, eastern)).toEqual(typed);
  });

  test("hands over again where the program is changed once more", () => {
    const once = inProgram(blank, blank, eastern);
    expect(inProgram(once, once, { zone: "UTC", contact: "" })).toMatchObject({ zone: "UTC", contact: "" });
  });

  test("is nothing that somebody typed", () => {
    const moved = inProgram(blank, blank, eastern);
    expect(sameDraft(moved, inProgram(blank, blank, eastern))).toBe(true);
    expect(sameDraft(moved, { ...moved, pattern: { ...moved.pattern, exclude: ["2026-12-24"] } })).toBe(
      false,
    );
  });
});
