/** Dates and times as people read them: always with a zone, "today" and "tomorrow" where it is so. */

const MINUTE = 60_000;

function dayNumber(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
  });
  const get = (type: string) => Number(parts.formatToParts(at).find((part) => part.type === type)?.value);
  return Date.UTC(get("year"), get("month") - 1, get("day")) / 86_400_000;
}

function yearOf(at: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, year: "numeric" }).format(at);
}

/** The zone of this device. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "16:00" or "4:00 PM", as the reader's language has it; with the zone's short name where asked. */
export function clockTime(at: Date, zone: string = localZone(), withZone = false): string {
  const format: Intl.DateTimeFormatOptions = { timeZone: zone, hour: "numeric", minute: "2-digit" };
  if (withZone) format.timeZoneName = "short";
  return new Intl.DateTimeFormat(undefined, format).format(at);
}

/** "Today", "Tomorrow", "Yesterday", or the date with its weekday, with its year where that is another. */
export function dayName(at: Date, now: Date, zone: string = localZone()): string {
  const away = dayNumber(at, zone) - dayNumber(now, zone);
  if (away === 0) return "Today";
  if (away === 1) return "Tomorrow";
  if (away === -1) return "Yesterday";
  const format: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
  };
  if (yearOf(at, zone) !== yearOf(now, zone)) format.year = "numeric";
  return new Intl.DateTimeFormat(undefined, format).format(at);
}

/** "Today 4:00 PM MST"; the reader's own zone unless another is given. */
export function whenText(at: Date, now: Date, zone: string = localZone()): string {
  return `${dayName(at, now, zone)} ${clockTime(at, zone, true)}`;
}

/** The hub's time, where its clock shows another one than the reader's: "6:00 PM EST at the hub"; else empty. */
export function hubTime(at: Date, hub: string, reader: string = localZone()): string {
  const same = clockTime(at, hub) === clockTime(at, reader) && dayNumber(at, hub) === dayNumber(at, reader);
  return same ? "" : `${clockTime(at, hub, true)} at the hub`;
}

/** "in 12 minutes", "in 2 hours", "in less than a minute"; empty once it is past. */
export function until(at: Date, now: Date): string {
  const left = at.getTime() - now.getTime();
  if (left <= 0) return "";
  if (left < MINUTE) return "in less than a minute";
  const minutes = Math.ceil(left / MINUTE);
  if (minutes < 100) return `in ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  const hours = Math.round(minutes / 60);
  if (hours < 36) return `in ${hours} hours`;
  return `in ${Math.round(hours / 24)} days`;
}

/** A running time: "00:17" minutes and seconds, "1:02:17" from an hour on. */
export function timer(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December";
const DAY_FIRST = new RegExp(`\\b(\\d{1,2}) (${MONTHS})( \\d{4})?\\b`, "g");

/** "until 22 June 2027" as the pages write dates: "until June 22, 2027". */
export function monthFirst(sentence: string): string {
  return sentence.replace(DAY_FIRST, (_all, day: string, month: string, year: string | undefined) =>
    year ? `${month} ${day},${year}` : `${month} ${day}`,
  );
}
