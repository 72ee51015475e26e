import { describe, expect, it } from "vitest";
import { dayName, hubTime, timer, until, whenText } from "./time";

const now = new Date("2026-11-21T16:00:00Z");
const plain = (text: string) => text.replace(/\u202f/g, " ");

describe("a date", () => {
  it("is today, tomorrow or yesterday by the reader's calendar, not by hours", () => {
    const late = new Date("2026-11-22T03:00:00Z");
    expect(dayName(late, now, "America/Denver")).toBe("Today");
    expect(dayName(late, now, "Europe/Berlin")).toBe("Tomorrow");
    expect(dayName(new Date("2026-11-20T18:00:00Z"), now, "Europe/Berlin")).toBe("Yesterday");
  });

  it("carries its year only when it is far away", () => {
    expect(dayName(new Date("2026-12-05T16:00:00Z"), now, "UTC")).not.toContain("2026");
    expect(dayName(new Date("2027-12-05T16:00:00Z"), now, "UTC")).toContain("2027");
    expect(dayName(new Date("2027-01-14T16:00:00Z"), now, "UTC")).toContain("2027");
  });

  it("always carries a zone", () => {
    expect(plain(whenText(now, now, "America/Denver"))).toBe("Today 9:00 AM MST");
  });
});

describe("the hub's time", () => {
  it("is said only where the hub's clock shows something else", () => {
    expect(hubTime(now, "America/Denver", "America/Phoenix")).toBe("");
    expect(plain(hubTime(now, "America/New_York", "America/Denver"))).toBe("11:00 AM EST at the hub");
  });
});

describe("a wait", () => {
  it("is said in the unit a person would use", () => {
    const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    expect(until(inMinutes(0.5), now)).toBe("in less than a minute");
    expect(until(inMinutes(1), now)).toBe("in 1 minute");
    expect(until(inMinutes(12), now)).toBe("in 12 minutes");
    expect(until(inMinutes(180), now)).toBe("in 3 hours");
    expect(until(inMinutes(3 * 24 * 60), now)).toBe("in 3 days");
    expect(until(inMinutes(-1), now)).toBe("");
  });
});

describe("a timer", () => {
  it("shows hours only when there are some, and never runs below zero", () => {
    expect(timer(17_400)).toBe("00:17");
    expect(timer(3_737_000)).toBe("1:02:17");
    expect(timer(-5)).toBe("00:00");
  });
});
