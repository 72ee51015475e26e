/** People and sites in words, and the forms that change them. Pure. */

import type { Contact, PersonFields, PersonRecord } from "../../api/people";
import type { ApiError } from "../../api/problem";
import { SITE_TYPES, type Site, type SiteFields } from "../../api/sites";
import { looksLikeEmail } from "./paste";

/** "Nurse, RN, Taos Clinic", without what nobody knows. */
export function aboutPerson(person: Pick<PersonRecord, "profession" | "credentials" | "site">): string {
  return [person.profession, person.credentials, person.site?.name].filter(Boolean).join(", ");
}

/** "Taos, New Mexico, clinic". */
export function aboutSite(site: Pick<Site, "county" | "state" | "type" | "organisation">): string {
  const county = site.county && !/county/i.test(site.county) ? `${site.county} County` : site.county;
  return [site.organisation, county, site.state, typeWords(site.type)].filter(Boolean).join(", ");
}

export function typeWords(type: string): string {
  return SITE_TYPES.find((one) => one.value === type)?.label ?? "";
}

export interface PersonDraft {
  readonly name: string;
  readonly email: string;
  readonly emails: readonly Contact[];
  readonly phones: readonly Contact[];
  readonly profession: string;
  readonly credentials: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly zone: string;
  readonly matched: boolean;
}

export const NEW_PERSON: PersonDraft = {
  name: "",
  email: "",
  emails: [],
  phones: [],
  profession: "",
  credentials: "",
  siteId: "",
  siteName: "",
  zone: "",
  matched: true,
};

export function draftOfPerson(person: PersonRecord): PersonDraft {
  const { name, email, emails, phones, profession, credentials, zone, matched } = person;
  const site = { siteId: person.site?.id ?? "", siteName: person.site?.name ?? "" };
  return { name, email, emails, phones, profession, credentials, zone, matched, ...site };
}

export type Errors = Readonly<Record<string, string | undefined>>;

export function checkPerson(draft: PersonDraft): Errors {
  const errors: Record<string, string> = {};
  if (!draft.name.trim()) errors.name = "Write the name as others should see it.";
  if (!draft.email.trim()) errors.email = "Write the e-mail address; mail goes there.";
  else if (!looksLikeEmail(draft.email.trim())) errors.email = NO_EMAIL;
  for (const [index, { value }] of draft.emails.entries()) {
    if (value.trim() && !looksLikeEmail(value.trim())) errors[`emails.${index}`] = NO_EMAIL;
  }
  if (draft.siteName.trim() && !draft.siteId) {
    errors.site = "Choose a site from the list. A new one is added under Sites.";
  }
  return errors;
}

const NO_EMAIL = "This is not an e-mail address. Write it as name@example.org.";

export function fieldsOfPerson(draft: PersonDraft): PersonFields {
  const filled = (contacts: readonly Contact[]) =>
    contacts
      .map(({ value, label }) => ({ value: value.trim(), label: label.trim() }))
      .filter(({ value }) => value);
  return {
    name: draft.name.trim(),
    email: draft.email.trim(),
    emails: filled(draft.emails),
    phones: filled(draft.phones),
    profession: draft.profession.trim(),
    credentials: draft.credentials.trim(),
    site_id: draft.siteId || null,
    zone: draft.zone,
    matched: draft.matched,
  };
}

/** Only what differs, so that one coordinator does not undo what another wrote. */
export function changedOnly<T extends object>(before: T, after: T): Partial<T> {
  const keys = Object.keys(after) as (keyof T)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]])) as Partial<T>;
}

/** The service's words beside the fields of the person form; the rest in one text. */
export function personRefusal(error: ApiError): { errors: Errors; rest: string } {
  const names = ["name", "email", "profession", "credentials", "zone"];
  const errors: Record<string, string | undefined> = {};
  const rest: string[] = [];
  for (const problem of error.fields) {
    const words = problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
    const [first = "", index = ""] = problem.field.split(".");
    const allowed = problem.allowed ? ` Allowed: ${problem.allowed}.` : "";
    const said = `${/[.!?]$/.test(words) ? words : `${words}.`}${allowed}`;
    if (names.includes(first)) errors[first] = said;
    else if (first === "site_id" || first === "site") errors.site = said;
    else if (first === "emails" || first === "phones") errors[`${first}.${index || 0}`] = said;
    else rest.push(said);
  }
  return { errors, rest: rest.join(" ") };
}

export interface SiteDraft {
  readonly name: string;
  readonly organisation: string;
  readonly type: string;
  readonly zone: string;
  readonly county: string;
  readonly state: string;
  /** "yes", "no" or "" where nobody knows. */
  readonly rural: string;
  readonly shortage: string;
}

export const NEW_SITE: SiteDraft = {
  name: "",
  organisation: "",
  type: "",
  zone: "",
  county: "",
  state: "",
  rural: "",
  shortage: "",
};

const tri = (value: boolean | null): string => (value === null ? "" : value ? "yes" : "no");
const known = (value: string): boolean | null => (value === "" ? null : value === "yes");

export function draftOfSite(site: Site): SiteDraft {
  const { name, organisation, type, zone, county, state } = site;
  return {
    name,
    organisation,
    type,
    zone,
    county,
    state,
    rural: tri(site.rural),
    shortage: tri(site.shortage_area),
  };
}

export function fieldsOfSite(draft: SiteDraft): SiteFields {
  return {
    name: draft.name.trim(),
    organisation: draft.organisation.trim(),
    type: draft.type,
    zone: draft.zone,
    county: draft.county.trim(),
    state: draft.state.trim(),
    rural: known(draft.rural),
    shortage_area: known(draft.shortage),
    confirmed: true,
  };
}
