/** Attendance in plain words. */

import type { Attendance, PersonAttendance } from "../../api/types";
import { clock, dayAndClock, dayOf, lengthWords, plural } from "./time";

/** "joined 12:02, left 12:20, back 12:25, left 12:58: 51 minutes counted". */
export function attendanceWords(person: PersonAttendance, zone: string): string {
  if (person.intervals.length === 0) return "was not here";
  const steps: string[] = [];
  let day = "";
  for (const [index, interval] of person.intervals.entries()) {
    steps.push(`${index === 0 ? "joined" : "back"} ${step(interval.joined_at)}`);
    if (interval.left_at) steps.push(`left ${step(interval.left_at)}`);
  }
  const counted = person.here ? "so far" : "counted";
  return `${steps.join(", ")}${person.here ? ", here now" : ""}: ${lengthWords(person.seconds)} ${counted}`;

  function step(instant: string): string {
    const at = new Date(instant);
    const newDay = day !== "" && day !== dayOf(at, zone);
    day = dayOf(at, zone);
    return newDay ? dayAndClock(at, zone, at).replace("today", day) : clock(at, zone);
  }
}

/** "31 people were here, 29 of them now; 24 hours 3 minutes in all". */
export function totalWords(attendance: Attendance): string {
  const came = attendance.people.filter((person) => person.intervals.length > 0);
  if (came.length === 0) return "Nobody has been here";
  const here = came.filter((person) => person.here).length;
  const seconds = came.reduce((sum, person) => sum + person.seconds, 0);
  const now = here > 0 ? `, ${here} here now` : "";
  return `${plural(came.length, "person came", "people came")}${now}; ${lengthWords(seconds)} in all`;
}

/** Those who are here first, then by site and name. */
export function inOrder(people: readonly PersonAttendance[]): PersonAttendance[] {
  const key = (person: PersonAttendance): string => `${person.site || "\uffff"}\u0000${person.name}`;
  return [...people].sort((a, b) => Number(b.here) - Number(a.here) || key(a).localeCompare(key(b)));
}
