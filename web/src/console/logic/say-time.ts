/** "12:00", "12-1 pm", "noon for 90 minutes": when it starts and how long it lasts. */

import type { Words } from "./words";

const HALF = "a\\.?m\\.?|p\\.?m\\.?";
const CLOCK = `(\\d{1,2})(?:[:.](\\d{2}))?\\s*(${HALF})?`;

interface Clock {
  readonly time?: string;
  readonly duration?: string;
}

export function readTime(words: Words): Clock {
  const lasts = readDuration(words);
  const noon = words.take("(?:at\\s+)?(?:12\\s+)?(?:noon|midday)");
  if (noon) return { time: "12:00", ...lasts };
  const range = words.take(
    `(?:at\\s+|from\\s+)?${CLOCK}\\s*(?:-|\u2013|to|until)\\s*${CLOCK}`,
    ([, , minute, half, , toMinute, toHalf]) => Boolean(minute || half || toMinute || toHalf),
  );
  if (range) {
    const [, hour, minute, half, toHour, toMinute, toHalf] = range;
    const end = minuteOfDay(toHour, toMinute, toHalf);
    let start = minuteOfDay(hour, minute, half ?? toHalf);
    if (start !== null && end !== null && !half && start > end) start -= 12 * 60; // "11-1 pm" begins before noon
    if (start !== null && end !== null && start >= 0) {
      return { time: written(start), duration: String((end - start + 24 * 60) % (24 * 60) || 60), ...lasts };
    }
  }
  const single = words.take(`(at\\s+)?${CLOCK}`, ([, at, , minute, half]) => Boolean(at || minute || half));
  const start = single ? minuteOfDay(single[2], single[3], single[4]) : null;
  return start === null ? lasts : { time: written(start), ...lasts };
}

function readDuration(words: Words): Clock {
  const more = words.take("(?:for\\s+)?(?:an hour and a half|1\\.5\\s*(?:hours?|h))");
  if (more) return { duration: "90" };
  const hour = words.take("(?:for\\s+)?an? hour");
  if (hour) return { duration: "60" };
  const said = words.take("(?:for\\s+)?(\\d{1,3})\\s*-?\\s*(minutes?|mins?|hours?|hrs?|h)");
  if (!said) return {};
  const number = Number(said[1]);
  return { duration: String(said[2]?.startsWith("h") ? number * 60 : number) };
}

function minuteOfDay(
  hour: string | undefined,
  minute: string | undefined,
  half: string | undefined,
): number | null {
  let hours = Number(hour);
  if (half) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.startsWith("p") ? 12 : 0);
  }
  const minutes = Number(minute ?? 0);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}

function written(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
