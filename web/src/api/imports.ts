/** Importing people from a file, and exporting them. */

import { ask, query, upload } from "./http";
import type { Page, Role } from "./types";

/** What becomes of a row of the file. */
export type Fate = "new" | "update" | "same" | "refused";

/** Something about the file or a row of it; `row` is null where it is about the whole file. */
export interface CellProblem {
  readonly row: number | null;
  /** As the file names it: "B (E-mail)"; may be empty. */
  readonly column: string;
  readonly message: string;
  readonly allowed: string;
}

export interface Import {
  readonly id: string;
  readonly filename: string;
  readonly program_id: string | null;
  readonly series_id: string | null;
  /** Of the program or series; empty where the people are only made known. */
  readonly scope_title: string;
  /** What people become where the file does not say. */
  readonly role: Role;
  readonly state: "staging" | "staged" | "applied" | "discarded";
  /** Header of the column by what was read from it. */
  readonly columns: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<Fate | "registered", number>>;
  /** About the file as a whole, such as columns that are not read. */
  readonly problems: readonly CellProblem[];
  /** Who read the file, by name; may be empty. */
  readonly created_by: string;
  readonly created_at: string;
  readonly applied_at: string | null;
  /** Applied, but people are yet to be registered: to be applied once more. */
  readonly unfinished: boolean;
  /** Whether those whom it registers are sent their invitation; null before it is applied. */
  readonly send: boolean | null;
}

export interface ImportedRow {
  /** As a spreadsheet counts. */
  readonly number: number;
  readonly fate: Fate;
  /** The fate in words. */
  readonly told: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly profession: string;
  readonly credentials: string;
  readonly site: string;
  readonly role: Role | "";
  readonly person_id: string | null;
  readonly problems: readonly CellProblem[];
}

/** Where the people of a file are registered; without it they are only made known. */
export type ImportScope =
  | { readonly kind: "program"; readonly id: string; readonly name: string }
  | { readonly kind: "series"; readonly id: string; readonly name: string };

export interface ImportWish {
  readonly scope?: ImportScope | undefined;
  readonly role: Role;
}

const at = (id: string, rest = ""): string => `/imports/${encodeURIComponent(id)}${rest}`;

/** Sends a file to be read and checked; nobody is changed by it. */
export function stageImport(file: File, wish: ImportWish, onSent: (share: number) => void): Promise<Import> {
  const scope = wish.scope ? { [`${wish.scope.kind}_id`]: wish.scope.id } : {};
  return upload(
    `/imports${query({ filename: file.name.slice(-200), role: wish.role, ...scope })}`,
    file,
    onSent,
  );
}

export function listImports(limit: number, cursor = ""): Promise<Page<Import>> {
  return ask("GET", `/imports${query({ limit, cursor })}`);
}

export function readImport(id: string): Promise<Import> {
  return ask("GET", at(id));
}

export function listImportedRows(id: string, fate: Fate | "", cursor = ""): Promise<Page<ImportedRow>> {
  return ask("GET", `${at(id, "/rows")}${query({ fate, cursor, limit: 100 })}`);
}

/** Does what the rows say, all of it or nothing; with `send`, whom it registers is invited by mail. */
export function applyImport(id: string, send: boolean): Promise<Import> {
  return ask("POST", at(id, "/apply"), { body: { send } });
}

export function discardImport(id: string): Promise<void> {
  return ask("DELETE", at(id));
}

export type FileFormat = "csv" | "xlsx";

export interface ExportFilter {
  readonly search?: string | undefined;
  readonly program_id?: string | undefined;
  readonly site_id?: string | undefined;
}

/** Addresses of files; the browser saves them by itself. */
export const exportAddress = (format: FileFormat, filter: ExportFilter): string =>
  `/api/v1/people/export${query({ format, ...filter })}`;
export const templateAddress = (format: FileFormat): string => `/api/v1/imports/template${query({ format })}`;
