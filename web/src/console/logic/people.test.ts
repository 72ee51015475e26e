import { expect, test } from "vitest";
import type { Mail } from "../../api/mails";
import type { PersonRecord } from "../../api/people";
import { readProblem } from "../../api/problem";
import {
  aboutPerson,
  aboutSite,
  changedOnly,
  checkPerson,
  draftOfPerson,
  draftOfSite,
  fieldsOfPerson,
  fieldsOfSite,
  NEW_PERSON,
  NEW_SITE,
  personRefusal,
} from "./people";
import { answerWords, mailDetail, mailStatusWords, mailTitle } from "./registrations";
import { addressOf, type Route, readRoute } from "./route";

const ana: PersonRecord = {
  id: "per_1",
  name: "Ana Ortiz",
  email: "ana@clinic4.org",
  emails: [{ value: "ana@home.org", label: "" }],
  phones: [],
  profession: "Nurse",
  credentials: "",
  site: { id: "sit_1", name: "Clinic 4" },
  zone: "",
  matched: true,
  merged_into: null,
  erased: false,
  feed: null,
  created_at: "2026-11-01T10:00:00Z",
  revision: 3,
};
const now = new Date("2026-11-21T19:00:00Z");

test("what nobody knows leaves no commas behind", () => {
  expect(aboutPerson(ana)).toBe("Nurse, Clinic 4");
  expect(aboutSite({ county: "Taos", state: "New Mexico", type: "clinic", organisation: "" })).toBe(
    "Taos County, New Mexico, Clinic",
  );
});

test("only what was typed is sent, so that nobody undoes what another wrote", () => {
  const before = draftOfPerson(ana);
  const after = { ...before, profession: "Physician", emails: [] };
  expect(changedOnly(fieldsOfPerson(before), fieldsOfPerson(after))).toEqual({
    profession: "Physician",
    emails: [],
  });
  expect(changedOnly(fieldsOfPerson(before), fieldsOfPerson({ ...before }))).toEqual({});
});

test("a further address that is none is found, an empty one is left out", () => {
  const draft = {
    ...draftOfPerson(ana),
    emails: [
      { value: "", label: "" },
      { value: "nobody", label: "" },
    ],
  };
  expect(Object.keys(checkPerson(draft))).toEqual(["emails.1"]);
  expect(fieldsOfPerson({ ...draft, emails: draft.emails.slice(0, 1) }).emails).toEqual([]);
  expect(Object.keys(checkPerson(NEW_PERSON))).toEqual(["name", "email"]);
});

test("a site that was typed and not chosen is asked about", () => {
  expect(checkPerson({ ...draftOfPerson(ana), siteId: "", siteName: "Clin" }).site).toContain(
    "Choose a site",
  );
});

test("refusals stand beside their field, whichever of a list it is", () => {
  const found = personRefusal(
    readProblem(422, {
      errors: [
        { field: "emails.1.value", message: "is not an e-mail address", allowed: "name@example.org" },
        { field: "site_id", message: "there is no such site" },
        { field: "revision", message: "is odd" },
      ],
    }),
  );
  expect(found.errors).toEqual({
    "emails.1": "Is not an e-mail address. Allowed: name@example.org.",
    site: "There is no such site.",
  });
  expect(found.rest).toBe("Is odd.");
});

test("what nobody knows of a site stays unknown", () => {
  const fields = fieldsOfSite({ ...NEW_SITE, name: " Clinic 4 ", rural: "no" });
  expect([fields.name, fields.rural, fields.shortage_area]).toEqual(["Clinic 4", false, null]);
  const site = { ...fields, id: "sit_1", people: 0, created_at: ana.created_at, revision: 1 };
  expect(fieldsOfSite(draftOfSite(site))).toEqual(fields);
});

test("answers are told in words", () => {
  const board = { board: "ABP", number: "77", birth_month: 3, birth_day: 9 };
  expect([true, ["Sleep", "School"], board, 12].map(answerWords)).toEqual([
    "Yes",
    "Sleep, School",
    "ABP, 77, born on 3/9",
    "12",
  ]);
});

const mail: Mail = {
  id: "mai_1",
  kind: "invitation",
  to_name: "Ana",
  to_address: "ana@clinic4.org",
  subject: "",
  state: "pending",
  attempts: 1,
  possible_duplicates: 1,
  last_error: "450 try later",
  created_at: "2026-11-21T18:00:00Z",
  sent_at: null,
  next_attempt_at: "2026-11-21T19:10:00Z",
};

test("mail that waits says when it is tried next and why it waits", () => {
  expect(mailTitle(mail)).toBe("Invitation");
  const words = mailDetail(mail, "UTC", now);
  expect(words).toContain("Next try today");
  expect(words).toContain("450 try later.");
  expect(words).toContain("may have it twice");
});

test("the state of all mail in one sentence", () => {
  const status = {
    pending: 0,
    failed: 0,
    oldest_pending_at: null,
    sent_today: 1,
    transport: "smtp",
    where: "",
  } as const;
  expect(mailStatusWords(status, "UTC", now)).toBe("1 mail sent today. Nothing waits.");
});

test("pages of people and sites have addresses that lead back to them", () => {
  const routes: Route[] = [
    { name: "people" },
    { name: "people", site: "sit_1" },
    { name: "person", id: "per_1" },
    { name: "doubles" },
    { name: "sites" },
  ];
  expect(routes.map((route) => readRoute(addressOf(route)))).toEqual(routes);
});
