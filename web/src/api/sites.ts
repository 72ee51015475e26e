/** Sites: where people work. */

import { ask, query, send, type Tagged } from "./http";
import type { Page } from "./types";

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  /** One of {@link SITE_TYPES}, or "" where nobody knows. */
  readonly type: string;
  readonly zone: string;
  readonly county: string;
  readonly state: string;
  readonly rural: boolean | null;
  readonly shortage_area: boolean | null;
  /** False where somebody added it while registering and no coordinator has looked. */
  readonly confirmed: boolean;
  /** So many people work there. */
  readonly people: number;
  readonly created_at: string;
  readonly revision: number;
}

export type SiteFields = Omit<Site, "id" | "people" | "created_at" | "revision">;

export interface SiteFilter {
  readonly search?: string;
  readonly confirmed?: "true" | "false";
  readonly type?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export const SITE_TYPES: readonly { readonly value: string; readonly label: string }[] = [
  { value: "health_center", label: "Health center" },
  { value: "hospital", label: "Hospital" },
  { value: "clinic", label: "Clinic" },
  { value: "practice", label: "Private practice" },
  { value: "school", label: "School" },
  { value: "school_district", label: "School district" },
  { value: "university", label: "University or college" },
  { value: "government", label: "Government" },
  { value: "tribal", label: "Tribal organization" },
  { value: "other", label: "Something else" },
];

const at = (id: string, rest = ""): string => `/sites/${encodeURIComponent(id)}${rest}`;

export function listSites(filter: SiteFilter, signal?: AbortSignal): Promise<Page<Site>> {
  return ask("GET", `/sites${query({ ...filter })}`, signal ? { signal } : {});
}

export function readSite(id: string): Promise<Tagged<Site>> {
  return send("GET", at(id));
}

export function createSite(fields: SiteFields, key: string): Promise<Site> {
  return ask("POST", "/sites", { body: fields, key });
}

/** Changes what is named in `fields`, if nobody changed the site since `etag` was read. */
export function changeSite(id: string, fields: Partial<SiteFields>, etag: string): Promise<Site> {
  return ask("PATCH", at(id), { body: fields, ifMatch: etag });
}

/** Moves the people of a double to the site that stays; the double goes. */
export function mergeSite(id: string, into: string): Promise<Site> {
  return ask("POST", at(id, "/merge"), { body: { into_id: into } });
}
