import { describe, expect, test } from "vitest";
import { readPeople } from "./paste";

const only = (text: string) => readPeople(text)[0];

describe("one line", () => {
  test("reads name, e-mail, site and role", () => {
    expect(only("Ana Ortiz, ana@clinic4.org, Clinic 4, presenter")?.person).toEqual({
      name: "Ana Ortiz",
      email: "ana@clinic4.org",
      site: "Clinic 4",
      role: "panelist",
    });
  });

  test("site and role may be missing: a participant without a site", () => {
    expect(only("Ana Ortiz, ana@clinic4.org")?.person).toMatchObject({ site: "", role: "participant" });
  });

  test("a role in place of the site is a role", () => {
    expect(only("Ana Ortiz; ana@clinic4.org; Observer")?.person).toMatchObject({
      site: "",
      role: "observer",
    });
  });

  test("columns of a table are separated by tabs, so commas stay inside", () => {
    expect(only("Ortiz, Ana\tana@clinic4.org\tClinic 4, Taos")?.person).toMatchObject({
      name: "Ortiz, Ana",
      site: "Clinic 4, Taos",
    });
  });

  test("quotes keep a comma inside a field of a CSV file", () => {
    expect(only('"Ortiz, Ana",ana@clinic4.org,"The ""Old"" Clinic"')?.person).toMatchObject({
      name: "Ortiz, Ana",
      site: 'The "Old" Clinic',
    });
  });

  test("the way mail programs write an address is understood", () => {
    expect(only("Ana Ortiz <ana@clinic4.org>, Clinic 4")?.person).toMatchObject({
      name: "Ana Ortiz",
      email: "ana@clinic4.org",
      site: "Clinic 4",
    });
  });

  test("the address may come first", () => {
    expect(only("ana@clinic4.org, Ana Ortiz, Clinic 4")?.person).toMatchObject({
      name: "Ana Ortiz",
      site: "Clinic 4",
    });
  });

  test("a word in the place of the role that is none is not made part of the site", () => {
    const refused = only("Ana Ortiz, ana@clinic4.org, Clinic 4, boss");
    expect(refused?.person).toBeNull();
    expect(refused?.problem).toContain('"boss" is no role. Write participant, panelist,');
    expect(only("Ana Ortiz, ana@clinic4.org,, boss")?.problem).toContain('"boss" is no role');
    expect(only("Ana Ortiz <ana@clinic4.org>, Clinic 4, boss")?.problem).toContain('"boss" is no role');
    expect(only("Ana Ortiz, ana@clinic4.org, Clinic 4, Taos, presenter")?.person?.site).toBe(
      "Clinic 4, Taos",
    );
  });

  test("says what is missing", () => {
    expect(only("Ana Ortiz, Clinic 4")?.problem).toContain("No e-mail address");
    expect(only("ana@clinic4.org")?.problem).toContain("No name");
    expect(only("Ana, ana@clinic4")?.problem).toBe('"ana@clinic4" is not an e-mail address.');
  });
});

describe("several lines", () => {
  test("a heading and empty lines are passed over, and lines keep their numbers", () => {
    const lines = readPeople("Name,Email,Site,Role\r\n\r\nAna, ana@x.org\r\nBo, bo@x.org");
    expect(lines.map((line) => [line.line, line.person?.name])).toEqual([
      [3, "Ana"],
      [4, "Bo"],
    ]);
  });

  test("somebody who comes twice is invited once", () => {
    const lines = readPeople("Ana Ortiz, ana@x.org\nana  ortiz, ANA@x.org");
    expect(lines[1]?.person).toBeNull();
    expect(lines[1]?.problem).toBe("ana  ortiz is in line 1 already.");
  });

  test("two people may share a mailbox", () => {
    const lines = readPeople("Ana, clinic4@x.org\nBo, clinic4@x.org");
    expect(lines.map((line) => line.person?.name)).toEqual(["Ana", "Bo"]);
  });

  test("somebody on the list already is not invited again", () => {
    const already = [{ name: "Ana", email: "Ana@X.org" }];
    expect(readPeople("Ana, ana@x.org", already)[0]?.problem).toBe("Ana is on the list already.");
  });
});
