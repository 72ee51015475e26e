/** The picture of who was there when: where bars begin and end along a line from 0 to 1. Pure. */

import type { Attendance, PersonTime } from "../../api/attendance";
import { type Span, spanOf, without } from "./spans";
import { clock } from "./time";

/** A part of the line, as shares of its length. */
export interface Bar {
  readonly at: number;
  readonly width: number;
}

export interface Mark {
  readonly at: number;
  readonly words: string;
}

/** What the line stands for: a little more than the session and everybody's time in it. */
export function frameOf(attendance: Attendance, now: Date): Span {
  const { session, windows, people, state } = attendance;
  const starts = [session.starts_at, ...windows.map((one) => one.from)];
  const ends = [session.closed_at ?? session.ends_at, ...windows.map((one) => one.until)];
  for (const person of people) {
    if (person.first_joined_at) starts.push(person.first_joined_at);
    if (person.last_left_at) ends.push(person.last_left_at);
  }
  const from = Math.min(...starts.map(Date.parse));
  const until = Math.max(...ends.map(Date.parse), state === "live" ? now.getTime() : 0);
  return { from, until: Math.max(until, from + 60_000) };
}

export function barOf(span: Span, frame: Span): Bar {
  const whole = frame.until - frame.from;
  const at = clamp((span.from - frame.from) / whole);
  return { at, width: clamp((span.until - frame.from) / whole) - at };
}

/** Somebody's time that counts, and what of it does not: before the start, in a break, or removed. */
export function barsOf(person: PersonTime, frame: Span, now: Date): { counted: Bar[]; beside: Bar[] } {
  const here = person.intervals.map((one) => spanOf({ from: one.joined_at, until: one.left_at }, now));
  const counted = person.counted.map((one) => spanOf(one, now));
  const beside = without(here, counted);
  return {
    counted: counted.map((one) => barOf(one, frame)),
    beside: beside.map((one) => barOf(one, frame)),
  };
}

const STEPS = [5, 10, 15, 30, 60, 120, 240, 480].map((minutes) => minutes * 60_000);
const MOST_MARKS = 7;

/** Clock times under the line, on round minutes. */
export function marksOf(frame: Span, zone: string): Mark[] {
  const whole = frame.until - frame.from;
  const step = STEPS.find((one) => whole / one <= MOST_MARKS) ?? whole;
  const marks: Mark[] = [];
  for (let at = Math.ceil(frame.from / step) * step; at <= frame.until; at += step) {
    marks.push({ at: (at - frame.from) / whole, words: clock(new Date(at), zone) });
  }
  return marks;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
