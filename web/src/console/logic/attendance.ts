/** Attendance in plain words. Pure. */

import type { Attendance, Correction, Edition, PersonTime } from "../../api/attendance";
import { type Span, secondsOf, spanOf, without } from "./spans";
import { clock, dayAndClock, dayOf, lengthWords, plural } from "./time";

/** "joined 12:02, left 12:20, back 12:25, left 12:58: 51 minutes counted". */
export function attendanceWords(person: PersonTime, zone: string): string {
  if (person.intervals.length === 0)
    return person.corrected ? "removed from the list: nothing counted" : "was not here";
  const steps: string[] = [];
  let day = "";
  for (const [index, interval] of person.intervals.entries()) {
    steps.push(`${index === 0 ? "joined" : "back"} ${step(interval.joined_at)}`);
    if (interval.left_at) steps.push(`left ${step(interval.left_at)}`);
  }
  const counted = person.here ? "counted so far" : "counted";
  return `${steps.join(", ")}${person.here ? ", here now" : ""}: ${lengthWords(person.counted_seconds)} ${counted}`;

  function step(instant: string): string {
    const at = new Date(instant);
    const newDay = day !== "" && day !== dayOf(at, zone);
    day = dayOf(at, zone);
    return newDay ? dayAndClock(at, zone, at).replace("today", day) : clock(at, zone);
  }
}

/** "31 people came, 29 here now; 24 hours 3 minutes counted in all". */
export function totalWords(attendance: Pick<Attendance, "people">): string {
  const came = attendance.people.filter((person) => person.intervals.length > 0);
  if (came.length === 0) return "Nobody has been here";
  const here = came.filter((person) => person.here).length;
  const seconds = came.reduce((sum, person) => sum + person.counted_seconds, 0);
  const now = here > 0 ? `, ${here} here now` : "";
  return `${plural(came.length, "person came", "people came")}${now}; ${lengthWords(seconds)} counted in all`;
}

/** "52 of 60 min"; seconds only where there is less than a minute. */
export function shareWords(counted: number, countable: number): string {
  const minutes = (seconds: number) => Math.floor(seconds / 60);
  if (counted > 0 && counted < 60) return plural(counted, "second");
  return `${minutes(counted)} of ${minutes(countable)} min`;
}

/** How somebody was there, where it was not by a device of their own. */
export function wayWords(person: Pick<PersonTime, "way" | "shared_with">): string {
  if (person.way === "shared" || person.shared_with)
    return person.shared_with ? `in front of ${possessive(person.shared_with)} camera` : "shared camera";
  return person.way === "hand" ? "added by hand" : "";
}

function possessive(name: string): string {
  return `${name}’${name.endsWith("s") ? "" : "s"}`;
}

/** "12:00 to 12:04 added". */
export function correctionTitle(correction: Correction, zone: string): string {
  const span = `${clock(new Date(correction.from), zone)} to ${clock(new Date(correction.until), zone)}`;
  return `${span} ${correction.action === "add" ? "added" : "removed"}`;
}

/** "corrected by Ana Ortiz because: the camera was off"; the reason stays as it was written. */
export function correctionWords(correction: Pick<Correction, "by" | "reason">): string {
  const because = correction.reason ? ` because: ${correction.reason}` : "";
  return `corrected by ${correction.by || "the service"}${because}`;
}

/** "48 minutes counted before it was corrected"; empty where nothing differs. */
export function originalWords(person: PersonTime): string {
  if (!person.corrected || person.original_seconds === person.counted_seconds) return "";
  if (person.original_seconds === 0) return "nothing counted before it was corrected";
  return `${lengthWords(person.original_seconds)} counted before it was corrected`;
}

/** Which of them are on screen. */
export type Shown = "all" | "unmatched" | "corrected";

export function shownOf(people: readonly PersonTime[], shown: Shown, search: string): PersonTime[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return people.filter((person) => {
    if (shown === "unmatched" && person.matched) return false;
    if (shown === "corrected" && !person.corrected) return false;
    const text = `${person.name} ${person.email} ${person.site_name} ${person.profession}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** By site and name: nobody moves while times run. */
export function inOrder(people: readonly PersonTime[]): PersonTime[] {
  const key = (person: PersonTime): string => `${person.site_name || "\uffff"}\u0000${person.name}`;
  return [...people].sort((a, b) => key(a).localeCompare(key(b)));
}

export function editionWords(edition: Pick<Edition, "kind" | "number">): string {
  if (edition.kind === "ready") return "Ready";
  if (edition.kind === "finalized") return "Final";
  return `Amendment ${edition.number - 1}`;
}

/** What a correction would make of somebody's counted time, before it is made. */
export function countedAfter(
  person: PersonTime | null,
  correction: { readonly action: "add" | "strike"; readonly span: Span },
  limits: readonly Span[],
  now: Date,
): number {
  const counted = (person?.counted ?? []).map((one) => spanOf(one, now));
  if (correction.action === "strike") return secondsOf(without(counted, [correction.span]));
  const outside = without([correction.span], without([correction.span], limits));
  return secondsOf([...counted, ...outside]);
}
