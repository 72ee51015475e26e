/** Registrations, merges and mail in words. Pure. */

import type { Mail, MailState, MailStatus } from "../../api/mails";
import type { RegistrationRecord, RegistrationStatus } from "../../api/registrations";
import { dayAndClock, plural, zoneName } from "./time";

const STATUS: Readonly<Record<RegistrationStatus, string>> = {
  pending: "Waits for an answer",
  waiting: "On the waiting list",
  approved: "Registered",
  declined: "Declined",
  withdrawn: "Withdrawn",
};

export function registrationWords(status: RegistrationStatus): string {
  return STATUS[status] ?? status;
}

/** Who still has a link that works. */
export function isIn(registration: Pick<RegistrationRecord, "status">): boolean {
  return registration.status === "approved";
}

/** Who waits for something. */
export function isComing(registration: Pick<RegistrationRecord, "status">): boolean {
  return registration.status === "pending" || registration.status === "waiting";
}

/** An answer to a question of a program. */
export function answerWords(value: unknown): string {
  if (value === true) return "Yes";
  if (value === false) return "No";
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object" && value !== null) {
    const parts = value as Record<string, unknown>;
    const { birth_month: month, birth_day: day, ...rest } = parts;
    const words = Object.values(rest).filter(Boolean).map(String);
    if (month && day) words.push(`born on ${month}/${day}`);
    return words.join(", ");
  }
  return String(value ?? "");
}

const MAIL_STATE: Readonly<Record<MailState, string>> = {
  pending: "On its way",
  sending: "Being sent",
  sent: "Sent",
  failed: "Not delivered",
  dropped: "Not needed any more",
};

export function mailStateWords(state: MailState): string {
  return MAIL_STATE[state] ?? state;
}

const MAIL_KIND: Readonly<Record<string, string>> = {
  invitation: "Invitation",
  received: "Registration received",
  waiting: "Waiting list",
  declined: "Registration declined",
  update: "Change",
  cancellation: "Cancellation",
  restored: "Takes place after all",
  reminder: "Reminder",
  lost_link: "Lost link",
  link: "Link",
  credit: "Credit and evaluation",
};

/** The subject, or what kind of mail it is while nothing was rendered. */
export function mailTitle(mail: Pick<Mail, "subject" | "kind">): string {
  return mail.subject || MAIL_KIND[mail.kind] || mail.kind;
}

/** "Sent today 12:02", "Next try today 12:10. The server said: ...". */
export function mailDetail(mail: Mail, zone: string, now: Date): string {
  const at = (instant: string) => stampWords(instant, zone, now);
  const twice = mail.possible_duplicates > 0 ? "The server may have it twice." : "";
  const why = mail.last_error ? sentence(mail.last_error) : "";
  if (mail.state === "sent")
    return [`Sent ${at(mail.sent_at ?? mail.created_at)}.`, twice].filter(Boolean).join(" ");
  if (mail.state === "pending" || mail.state === "sending") {
    const next = mail.attempts > 0 && mail.next_attempt_at ? `Next try ${at(mail.next_attempt_at)}.` : "";
    return [`Written ${at(mail.created_at)}.`, next, why, twice].filter(Boolean).join(" ");
  }
  return [`Written ${at(mail.created_at)}.`, why, twice].filter(Boolean).join(" ");
}

/** The state of all mail in one sentence. */
export function mailStatusWords(status: MailStatus, zone: string, now: Date): string {
  const sent = `${plural(status.sent_today, "mail")} sent today`;
  if (status.pending === 0) return `${sent}. Nothing waits.`;
  const since = status.oldest_pending_at
    ? `, the oldest since ${stampWords(status.oldest_pending_at, zone, now)}`
    : "";
  return `${sent}. ${plural(status.pending, "mail is", "mails are")} on the way${since}.`;
}

/** "the same name, the same site and the same telephone number". */
export function reasonWords(reasons: readonly string[]): string {
  if (reasons.length < 2) return reasons[0] ?? "something in common";
  return `${reasons.slice(0, -1).join(", ")} and ${reasons.at(-1)}`;
}

/** So long mail may be on its way before somebody should look whether the server takes any. */
const STUCK_MS = 15 * 60_000;

/** What somebody should look at: mail that reached nobody, or does not go out. */
export function mailAttention(status: MailStatus | undefined, zone: string, now: Date): string[] {
  if (!status) return [];
  const words: string[] = [];
  if (status.failed > 0) words.push(`${plural(status.failed, "mail was", "mails were")} not delivered.`);
  const oldest = status.oldest_pending_at;
  if (oldest && now.getTime() - Date.parse(oldest) >= STUCK_MS) {
    const waiting = plural(status.pending, "mail waits", "mails wait");
    words.push(`Mail does not go out: ${waiting}, the first since ${stampWords(oldest, zone, now)}.`);
  }
  return words;
}

/** "today 12:02 (Mountain Time)". */
export function stampWords(at: string, zone: string, now: Date): string {
  return `${dayAndClock(new Date(at), zone, now)} (${zoneName(zone)})`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
