/** What anybody who has the code of a certificate is told about it. */

import { ask } from "./http";

export interface Confirmation {
  readonly state: "valid" | "revoked";
  readonly code: string;
  readonly kind: "attendance" | "completion";
  /** Not told of a revoked one. */
  readonly name: string | null;
  readonly title: string;
  readonly date: string;
  /** Of a series: the day of its last session. */
  readonly until: string | null;
  readonly hours: string | null;
  /** The hours in words. */
  readonly length: string | null;
  readonly issuer: string;
  readonly issued_on: string;
  readonly revoked_on: string | null;
}

export function confirmCertificate(code: string): Promise<Confirmation> {
  return ask("GET", `/public/certificates/${encodeURIComponent(code)}`);
}
