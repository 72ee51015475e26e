/** Certificates of attendance. */

import { ask, query } from "./http";
import type { Page } from "./types";

export interface Certificate {
  readonly id: string;
  /** Lets anybody confirm it. */
  readonly code: string;
  readonly kind: "attendance" | "completion";
  readonly person_id: string;
  readonly session_id: string | null;
  readonly series_id: string | null;
  readonly seconds: number;
  /** As printed. */
  readonly name: string;
  readonly title: string;
  readonly issued_at: string;
  readonly revoked_at: string | null;
  /** Name of who revoked it; empty where a correction of the time did. */
  readonly revoked_by: string;
  readonly revoke_reason: string;
  readonly replaced_by: string | null;
}

export interface Issued {
  readonly issued: number;
  readonly before: number;
  readonly left_out: readonly { readonly person_id: string; readonly name: string; readonly why: string }[];
}

/** Gives one to everybody who is entitled and has none: for a session, or for having completed a series. */
export function issueCertificates(
  of: { readonly session: string } | { readonly series: string },
  key: string,
): Promise<Issued> {
  const path =
    "session" in of
      ? `/sessions/${encodeURIComponent(of.session)}/certificates`
      : `/series/${encodeURIComponent(of.series)}/certificates`;
  return ask("POST", path, { body: {}, key });
}

export interface CertificateFilter {
  readonly session_id?: string;
  readonly series_id?: string;
  readonly person_id?: string;
}

export function listCertificates(filter: CertificateFilter, cursor?: string): Promise<Page<Certificate>> {
  return ask("GET", `/certificates${query({ ...filter, limit: 50, cursor })}`);
}

export function revokeCertificate(id: string, reason: string): Promise<unknown> {
  return ask("POST", `/certificates/${encodeURIComponent(id)}/revoke`, { body: { reason } });
}

export const certificateFile = (id: string): string => `/api/v1/certificates/${encodeURIComponent(id)}/pdf`;

/** Every good one of a session, a sheet each. */
export const certificatesFile = (session: string): string =>
  `/api/v1/sessions/${encodeURIComponent(session)}/certificates/pdf`;
