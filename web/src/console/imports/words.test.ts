import { describe, expect, it } from "vitest";
import { applyWords, cellWords, countOf, effectWords, placeWords, refusedWords } from "./words";

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
