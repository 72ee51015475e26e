/** Reports as files, and the figures that grants ask for. */

import { ask, query } from "./http";

export type ReportKind = "sessions" | "series" | "programs" | "people" | "sites";
export type ReportFormat = "csv" | "xlsx" | "json" | "pdf";

export interface ReportScope {
  readonly kind: ReportKind;
  readonly id: string;
  /** Days; both belong to the range. */
  readonly from?: string;
  readonly to?: string;
}

const FORMATS: readonly { readonly format: ReportFormat; readonly words: string }[] = [
  { format: "pdf", words: "PDF to print" },
  { format: "xlsx", words: "Excel workbook" },
  { format: "csv", words: "CSV file" },
  { format: "json", words: "JSON file" },
];

export function reportAddress(scope: ReportScope, format: ReportFormat): string {
  const { kind, id, ...range } = scope;
  return `/api/v1/reports/${kind}/${encodeURIComponent(id)}${query({ format, ...range })}`;
}

/** A report in each of its formats. */
export function reportFiles(scope: ReportScope): readonly { words: string; href: string }[] {
  return FORMATS.map(({ format, words }) => ({ words, href: reportAddress(scope, format) }));
}

export interface FigureRange {
  readonly from: string;
  readonly to: string;
  readonly program_id?: string;
}

/** Figures of a range of days, as grants and yearly reports ask for them. */
export interface Figures {
  readonly people: number;
  /** Of them those who came to learn, rather than to teach, help or watch. */
  readonly participants: number;
  readonly sessions: number;
  /** People times sessions. */
  readonly attendances: number;
  /** Of everybody together. */
  readonly hours: number;
  readonly session_hours: number;
  readonly sites: number;
  readonly rural_sites: number;
  readonly shortage_sites: number;
  readonly counties: number;
  readonly professions: readonly Tally[];
  readonly states: readonly Tally[];
  /** What somebody who uses the figures should know. */
  readonly notes: readonly string[];
}

/** People who have something in common. */
export interface Tally {
  readonly name: string;
  readonly people: number;
  readonly participants: number;
}

export function readFigures(range: FigureRange): Promise<Figures> {
  return ask("GET", `/reports/grant${query({ ...range, format: "json" })}`);
}

export function figureFiles(range: FigureRange): readonly { words: string; href: string }[] {
  return FORMATS.map(({ format, words }) => ({
    words,
    href: `/api/v1/reports/grant${query({ ...range, format })}`,
  }));
}
