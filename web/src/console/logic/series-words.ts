/** What is said of a series and of its sessions. */

import type { Series } from "../../api/series";
import type { Session } from "../../api/types";
import { shortDay } from "./days";
import { listed, wallClock } from "./preview";
import { plural } from "./time";

const FIELD_WORDS: Readonly<Record<string, string>> = {
  title: "title",
  description: "description",
  contact: "whom to ask",
  starts_local: "date and time",
  starts_at: "date and time",
  zone: "time zone",
  duration_minutes: "length",
  lead_minutes: "opening",
  overrun_minutes: "overrun",
  lobby: "waiting room",
};

/** "Own title and date and time; the series has Thu, Mar 11 12:00": what differs from the series, or "". */
export function handWords(
  session: Pick<Session, "changed_by_hand" | "moved_forward" | "original_local" | "starts_local" | "title">,
): string {
  const own = [
    ...new Set(
      session.changed_by_hand.map((field) => FIELD_WORDS[field]).filter((word) => word !== undefined),
    ),
  ];
  const { original_local: original, starts_local: starts } = session;
  const moved = original !== null && original.slice(0, 16) !== starts.slice(0, 16);
  const planned = moved ? `${shortDay(original.slice(0, 10))} ${wallClock(original)}` : "";
  if (session.moved_forward && own.length === 0) {
    return `Clocks go forward over ${planned || "its time"} that day, so it begins later.`;
  }
  if (own.length === 0) return "";
  const title = own.includes("title") ? `“${session.title}”. ` : "";
  return `${title}Set for this one: ${listed(own)}${planned ? ` (planned ${planned})` : ""}.`;
}

/** "18 sessions, next Thu, Mar 11"; "over" and "cancelled" where it is so. */
export function seriesWords(series: Series, nextDay: string | null): string {
  if (series.status === "cancelled") return "cancelled";
  const count = plural(series.sessions, "session");
  return nextDay ? `${count}, next ${nextDay}` : `${count}, over`;
}
