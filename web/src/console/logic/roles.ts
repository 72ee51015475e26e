/** Roles in plain words. */

import type { Role } from "../../api/types";

export const ROLES: readonly { readonly role: Role; readonly words: string; readonly says: string }[] = [
  { role: "participant", words: "Participant", says: "joins from a site" },
  { role: "panelist", words: "Hub team", says: "specialist or presenter" },
  { role: "facilitator", words: "Facilitator", says: "runs the session, lets people in" },
  { role: "coordinator", words: "Coordinator", says: "lets people in, keeps the records" },
  { role: "observer", words: "Observer", says: "listens" },
];

export function roleWords(role: Role): string {
  return ROLES.find((item) => item.role === role)?.words ?? role;
}
