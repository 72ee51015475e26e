import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Occurrence, Preview } from "../../api/series";
import { changeWords, monthsOf, readerClocks, shiftsOf, zonePeople } from "./preview";
import { clockStyle } from "./time";

const style = clockStyle.cycle;
beforeEach(() => {
  clockStyle.cycle = "h23";
});
afterEach(() => {
  clockStyle.cycle = style;
});

function occurrence(day: string, arizona: string, shift: number): Occurrence {
  return {
    session_id: null,
    original_local: `${day}T12:00:00`,
    starts_local: `${day}T12:00:00`,
    starts_at: `${day}T18:00:00Z`,
    ends_at: `${day}T19:00:00Z`,
    moved_forward: false,
    twice: false,
    zones: [
      { zone: "America/Phoenix", starts_local: `${day}T${arizona}:00`, shift_minutes: shift, words: null },
    ],
    conflicts: [],
  };
}

function preview(...occurrences: Occurrence[]): Preview {
  const shifted = occurrences.filter((one) => one.zones[0]?.shift_minutes).length;
  return {
    words: "",
    total: occurrences.length,
    first_at: null,
    last_at: null,
    occurrences,
    zones: [
      { zone: "America/Denver", hub: true, sites: [], people: 3, shifted: 0 },
      { zone: "America/Phoenix", hub: false, sites: ["Tuba City Clinic"], people: 2, shifted },
    ],
    notes: [],
    changes: null,
  };
}

describe("shifts of a spoke's clock", () => {
  test("are told as stretches, up to the end as open", () => {
    const series = preview(
      occurrence("2027-02-25", "12:00", 0),
      occurrence("2027-03-11", "12:00", 0),
      occurrence("2027-03-25", "11:00", -60),
      occurrence("2027-04-08", "11:00", -60),
    );
    expect(shiftsOf(series)).toEqual([
      { zone: "America/Phoenix", words: "Arizona: 11:00 instead of 12:00 from Thu, Mar 25 on", dates: 2 },
    ]);
  });

  test("at the beginning, in the middle and once", () => {
    const begin = preview(
      occurrence("2026-10-08", "11:00", -60),
      occurrence("2026-10-22", "11:00", -60),
      occurrence("2026-11-12", "12:00", 0),
    );
    expect(shiftsOf(begin)[0]?.words).toBe("Arizona: 11:00 instead of 12:00 until Thu, Oct 22");
    const once = preview(
      occurrence("2026-10-08", "12:00", 0),
      occurrence("2026-10-22", "11:00", -60),
      occurrence("2026-11-12", "12:00", 0),
    );
    expect(shiftsOf(once)[0]?.words).toBe("Arizona: 11:00 instead of 12:00 on Thu, Oct 22");
  });

  test("are none where the clocks agree", () => {
    expect(shiftsOf(preview(occurrence("2026-10-08", "12:00", 0)))).toEqual([]);
  });
});

test("dates and left out ones stand together, month by month", () => {
  const months = monthsOf(
    [occurrence("2026-11-12", "12:00", 0), occurrence("2026-12-10", "12:00", 0)],
    ["2026-11-26", "2026-12-10"],
  );
  expect(months.map(({ title, rows }) => [title, rows.map((row) => [row.day, row.out])])).toEqual([
    [
      "November 2026",
      [
        ["2026-11-12", false],
        ["2026-11-26", true],
      ],
    ],
    ["December 2026", [["2026-12-10", false]]],
  ]);
});

test("what saving does is said before it is done", () => {
  const none = { added: 0, moved: 0, changed: 0, cancelled: 0, kept_by_hand: 0, unchanged: 0, past: 0 };
  expect(changeWords({ ...none, moved: 9, added: 2, cancelled: 1, past: 3 })).toEqual([
    "Saving moves 9 sessions, adds 2 and cancels 1.",
    "3 past or open ones stay as they were.",
  ]);
  expect(changeWords({ ...none, changed: 16 })).toEqual(["Saving updates 16 sessions."]);
  expect(changeWords({ ...none, unchanged: 4, kept_by_hand: 1 })).toEqual([
    "No session changes.",
    "4 sessions stay the same.",
    "1 session changed by hand stays as set.",
  ]);
});

test("clock times in sentences of the service are written as the reader writes them", () => {
  const sentence = "1 hour earlier than usual: 11:00 instead of 12:00";
  expect(readerClocks(sentence)).toBe(sentence);
  clockStyle.cycle = "h12";
  expect(readerClocks(sentence)).toBe("1 hour earlier than usual: 11:00 AM instead of 12:00 PM");
});

test("zones in sentences of the service have the names that people use", () => {
  expect(readerClocks("clocks in America/Denver skip 02:30")).toBe("clocks in Mountain Time skip 02:30");
  expect(readerClocks("Asthma/COPD ECHO")).toBe("Asthma/COPD ECHO");
});

test("dates in sentences of the service are written as everywhere in the console", () => {
  expect(readerClocks("16 times, until 22 June 2027")).toBe("16 times, until June 22, 2027");
  expect(readerClocks("not on 5 May and 12 May")).toBe("not on May 5 and May 12");
});

test("who sits in a zone is named, the rest counted", () => {
  const zone = { zone: "America/Phoenix", hub: false, sites: ["A", "B", "C"], people: 9, shifted: 0 };
  expect(zonePeople(zone)).toBe("A, B and 1 more, 9 people");
});
