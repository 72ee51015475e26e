import { describe, expect, it } from "vitest";
import type { Import } from "../../api/imports";
import {
  applyWords,
  cellWords,
  countOf,
  earlierWords,
  effectWords,
  openWords,
  placeWords,
  refusedWords,
  sendWords,
  sentWords,
  whenWords,
} from "./words";

const none = { new: 0, update: 0, same: 0, refused: 0, registered: 0 };
const problem = { row: 3, column: "B (E-mail)", message: "is empty", allowed: "name@clinic.example" };

describe("what an import says", () => {
  it("says on the button what happens", () => {
    expect(applyWords({ counts: { ...none, new: 1200, update: 34 } })).toBe("Import 1,234 people");
    expect(applyWords({ counts: { ...none, new: 1 } })).toBe("Import 1 person");
    expect(applyWords({ counts: { ...none, same: 4, registered: 4 } })).toBe("Register 4 people");
    expect(applyWords({ counts: { ...none, same: 4, refused: 2 } })).toBe("");
  });

  it("tells what will be and what was", () => {
    const counts = { ...none, new: 8, update: 1, registered: 9 };
    expect(effectWords({ counts }, false)).toBe(
      "8 people will be added, 1 person will be changed, 9 will be registered.",
    );
    expect(effectWords({ counts }, true)).toBe(
      "8 people were added, 1 person was changed, 9 were registered.",
    );
    expect(effectWords({ counts: { ...counts, refused: 2 } }, true)).toContain("2 rows were left out.");
    expect(effectWords({ counts: none }, false)).toContain("nothing to do");
  });

  it("says how many get mail, and that they do", () => {
    const counts = { ...none, new: 1200, registered: 1200 };
    expect(sendWords({ counts })).toBe("Send each their invitation: 1,200 people get mail");
    expect(sendWords({ counts: { ...none, registered: 1 } })).toBe(
      "Send them their invitation: 1 person gets mail",
    );
    expect(sendWords({ counts: none })).toBe("");
    expect(sentWords({ counts, send: true }, false)).toBe("1,200 invitations are on the way.");
    expect(sentWords({ counts: { ...none, registered: 1 }, send: true }, true)).toBe(
      "1 invitation was sent.",
    );
    expect(sentWords({ counts, send: false }, false)).toBe("Nobody is written to by it.");
    expect(sentWords({ counts: none, send: false }, false)).toBe("");
  });

  it("tells of earlier imports", () => {
    const one: Import = {
      id: "imp_1",
      filename: "people.csv",
      program_id: "prg_1",
      series_id: null,
      scope_title: "Asthma ECHO",
      role: "participant",
      state: "applied",
      columns: {},
      counts: { ...none, new: 3, registered: 3 },
      problems: [],
      created_by: "Ana Ruiz",
      created_at: "2026-11-21T19:02:00Z",
      applied_at: null,
      unfinished: false,
      send: true,
    };
    expect(earlierWords(one)).toBe(
      "3 people were added, 3 were registered for Asthma ECHO. 3 invitations were sent.",
    );
    expect(earlierWords({ ...one, unfinished: true })).toBe(
      "3 people are not registered for Asthma ECHO yet.",
    );
    expect(earlierWords({ ...one, state: "staged", scope_title: "" })).toBe(
      "Read, not imported: nobody is changed by it.",
    );
    expect(openWords({ state: "applied", unfinished: true })).toBe("Finish registering");
    expect(openWords({ state: "staged", unfinished: false })).toBe("Go on");
    const now = new Date("2026-11-21T20:00:00Z");
    expect(whenWords(one, "UTC", now)).toMatch(/^Today .*, by Ana Ruiz$/);
    expect(whenWords({ ...one, created_by: "" }, "UTC", now)).not.toContain("by");
  });

  it("says what becomes of refused rows", () => {
    expect(refusedWords({ counts: none })).toBe("");
    expect(refusedWords({ counts: { ...none, refused: 1 } })).toContain("1 row is refused");
  });

  it("names cells and places", () => {
    expect(cellWords(problem)).toBe("Column B (E-mail) is empty. Allowed: name@clinic.example.");
    expect(cellWords({ ...problem, message: "'x' is not a state", allowed: "" })).toBe(
      "Column B (E-mail): 'x' is not a state.",
    );
    expect(cellWords({ ...problem, column: "", message: "Ana is in row 2 already", allowed: "" })).toBe(
      "Ana is in row 2 already.",
    );
    expect(placeWords("row 2, column A")).toBe("Row 2, column A");
    expect(placeWords("file")).toBe("The file");
  });

  it("counts rows by fate, and all of them", () => {
    const counts = { new: 1, update: 2, same: 3, refused: 4, registered: 9 };
    expect(countOf(counts, "")).toBe(10);
    expect(countOf(counts, "same")).toBe(3);
  });
});
