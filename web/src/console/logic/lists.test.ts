import { describe, expect, test } from "vitest";
import { readRoute } from "./route";
import { steady } from "./steady";
import { clockStyle } from "./time";
import { allZones, findZones, offsetWords } from "./zones";

clockStyle.cycle = "h23";

describe("steady lists", () => {
  const key = (item: string) => item;

  test("rows follow the items while nobody touches the list", () => {
    expect(steady(steady([], ["b"], key, false), ["a", "b"], key, false).map((row) => row.key)).toEqual([
      "a",
      "b",
    ]);
  });

  test("a row that went keeps its place while the list is held, and new ones come last", () => {
    const before = steady([], ["a", "b", "c"], key, false);
    const rows = steady(before, ["0", "b", "c"], key, true);
    expect(rows.map((row) => [row.key, row.gone])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["0", false],
    ]);
    expect(steady(rows, ["0", "b", "c"], key, false).map((row) => row.key)).toEqual(["0", "b", "c"]);
  });

  test("a row that comes back is no longer gone", () => {
    const gone = steady(steady([], ["a"], key, false), [], key, true);
    expect(steady(gone, ["a"], key, true)).toEqual([{ key: "a", item: "a", gone: false }]);
  });
});

describe("zones", () => {
  const zones = allZones(new Date("2026-11-21T00:00:00Z"), "Europe/Berlin");

  test("the browser's own zone comes first and none comes twice", () => {
    expect(zones[0]?.id).toBe("Europe/Berlin");
    expect(new Set(zones.map((zone) => zone.id)).size).toBe(zones.length);
  });

  test("are found by city, by name and by offset", () => {
    expect(findZones(zones, "denver").map((zone) => zone.id)).toEqual(["America/Denver"]);
    expect(findZones(zones, "mountain time").map((zone) => zone.id)).toContain("America/Denver");
    expect(findZones(zones, "new york").map((zone) => zone.id)).toContain("America/New_York");
    expect(findZones(zones, "kolkata").map((zone) => zone.id)).toEqual(["Asia/Kolkata"]);
    expect(findZones(zones, "sao paulo").map((zone) => zone.id)).toContain("America/Sao_Paulo");
  });

  test("offsets are written as people write them", () => {
    expect([-7 * 3600e3, 5.5 * 3600e3, 0].map(offsetWords)).toEqual(["UTC-7", "UTC+5:30", "UTC+0"]);
  });
});

test("addresses name the parts of the console and anything else is today", () => {
  expect(readRoute("#/sessions/ses_1")).toEqual({ name: "session", id: "ses_1" });
  expect(readRoute("#/sessions")).toEqual({ name: "sessions" });
  expect(readRoute("#/settings")).toEqual({ name: "settings" });
  expect([readRoute(""), readRoute("#/nonsense"), readRoute("#/%E0")]).toEqual(
    Array(3).fill({ name: "today" }),
  );
});
