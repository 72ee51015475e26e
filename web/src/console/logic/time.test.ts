import { describe, expect, test } from "vitest";
import {
  clock,
  clockStyle,
  countdown,
  dayAndClock,
  dayWords,
  lengthWords,
  placeWallTime,
  zoneName,
} from "./time";

const DENVER = "America/Denver";
const now = new Date("2026-11-21T18:00:00Z");

clockStyle.cycle = "h23";

test("clock times are written as the reader's device does", () => {
  clockStyle.cycle = "h12";
  expect(clock(now, DENVER).replace("\u202f", " ")).toBe("11:00 AM");
  clockStyle.cycle = "h23";
  expect(clock(now, DENVER)).toBe("11:00");
});

describe("days", () => {
  test("the day is that of the zone, not of UTC", () => {
    expect(dayAndClock(new Date("2026-11-22T02:30:00Z"), DENVER, now)).toBe("today 19:30");
    expect(dayAndClock(new Date("2026-11-22T02:30:00Z"), "UTC", now)).toBe("tomorrow 02:30");
  });

  test("midnight is 00:00 and belongs to the new day", () => {
    expect(dayAndClock(new Date("2026-11-22T07:00:00Z"), DENVER, now)).toBe("tomorrow 00:00");
  });

  test("days further away are named, with the year where it is another", () => {
    expect(dayWords(new Date("2026-11-25T18:00:00Z"), DENVER, now)).toBe("Wed, Nov 25");
    expect(dayWords(new Date("2027-01-06T18:00:00Z"), DENVER, now)).toBe("Wed, Jan 6, 2027");
    expect(dayWords(new Date("2026-11-20T18:00:00Z"), DENVER, now)).toBe("yesterday");
  });
});

describe("zones", () => {
  test("a zone has the name that people use, the same all year", () => {
    expect(zoneName(DENVER)).toBe("Mountain Time");
    expect(zoneName("America/New_York")).toBe("Eastern Time");
    expect(zoneName("Etc/UTC")).toBe("UTC");
  });

  test("a wall time is placed by the offset of its own day", () => {
    expect(placeWallTime("2026-11-21T16:00", DENVER)?.at.toISOString()).toBe("2026-11-21T23:00:00.000Z");
    expect(placeWallTime("2026-07-01T16:00", DENVER)?.at.toISOString()).toBe("2026-07-01T22:00:00.000Z");
    expect(placeWallTime("2026-07-01T16:00", "Asia/Kolkata")?.at.toISOString()).toBe(
      "2026-07-01T10:30:00.000Z",
    );
  });

  test("an hour that clocks skip is read one hour later and said to be odd", () => {
    const placed = placeWallTime("2026-03-08T02:30", DENVER);
    expect(placed?.oddity).toBe("skipped");
    expect(clock(placed?.at ?? now, DENVER)).toBe("03:30");
  });

  test("an hour that comes twice means the first one", () => {
    const placed = placeWallTime("2026-11-01T01:30", DENVER);
    expect(placed).toEqual({ at: new Date("2026-11-01T07:30:00Z"), oddity: "twice" });
  });

  test("the hours round a change of clocks are not odd", () => {
    expect(placeWallTime("2026-03-08T03:00", DENVER)).toEqual({
      at: new Date("2026-03-08T09:00:00Z"),
      oddity: "none",
    });
    expect(placeWallTime("2026-11-01T02:00", DENVER)).toEqual({
      at: new Date("2026-11-01T09:00:00Z"),
      oddity: "none",
    });
    expect(placeWallTime("2026-10-31T23:00", DENVER)).toEqual({
      at: new Date("2026-11-01T05:00:00Z"),
      oddity: "none",
    });
  });

  test("half a wall time is none", () => {
    expect(placeWallTime("2026-11-21T", DENVER)).toBeNull();
    expect(placeWallTime("T16:00", DENVER)).toBeNull();
  });
});

describe("lengths", () => {
  test("whole minutes are never rounded up", () => {
    expect(lengthWords(56 * 60 + 59)).toBe("56 minutes");
    expect(lengthWords(61)).toBe("1 minute");
    expect(lengthWords(40.9)).toBe("40 seconds");
    expect(lengthWords(3900)).toBe("1 hour 5 minutes");
    expect(lengthWords(7200)).toBe("2 hours");
  });

  test("a countdown shows seconds only near the end", () => {
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    expect(countdown(at(4000), now)).toBe("1 h 6 min");
    expect(countdown(at(43 * 60), now)).toBe("43 min");
    expect(countdown(at(252), now)).toBe("4:12");
    expect(countdown(at(-5), now)).toBe("0:00");
  });
});
