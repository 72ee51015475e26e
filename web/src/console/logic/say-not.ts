/** "Not Thanksgiving week", "except 24 December and July": which dates are to be left out. */

import { isMeant, MONTH_OR_DATE } from "./say-dates";
import { holidayOf, inThanksgivingWeek, inWinterBreak } from "./skips";
import type { Words } from "./words";

/** True for a day that is to be left out. */
export type Exclusion = (day: string) => boolean;

const NAMED: readonly (readonly [string, Exclusion])[] = [
  ["(?:the\\s+)?(?:week of thanksgiving|thanksgiving(?:'s)?(?:\\s+week)?)", inThanksgivingWeek],
  ["(?:the\\s+)?(?:federal\\s+|public\\s+|bank\\s+)holidays", (day) => holidayOf(day) !== ""],
  ["(?:the\\s+)?holidays", (day) => holidayOf(day) !== "" || inWinterBreak(day)],
  [
    "(?:the\\s+)?(?:winter break|christmas break|christmas week|week of christmas|christmas to new year(?:'s)?|new year'?s?\\s+week)",
    inWinterBreak,
  ],
  // The longer names stand first: "Christmas" alone is one day.
  ["christmas eve", (day) => day.endsWith("-12-24")],
  ["christmas(?:\\s+day)?", (day) => day.endsWith("-12-25")],
  ["new year'?s?\\s+eve", (day) => day.endsWith("-12-31")],
  ["new year'?s?(?:\\s+day)?", (day) => day.endsWith("-01-01")],
];
const NOT =
  "(?:but\\s+|and\\s+)?(?:not|except|excluding|without|skip(?:ping)?|no)(?:\\s+(?:for|on|in|during|at))?";

/** Takes every exclusion out of the words: after each "not" as many as are listed. */
export function readExclusions(words: Words): Exclusion[] {
  const found: Exclusion[] = [];
  const item = [...NAMED.map(([pattern]) => pattern), MONTH_OR_DATE].map((one) => `(?:${one})`).join("|");
  const list = `(?:${item})(?:(?:\\s*,\\s*(?:and\\s+|or\\s+)?|\\s+(?:and|or|nor)\\s+)(?:not\\s+)?(?:in\\s+|on\\s+)?(?:${item})(?!\\s*(?:to|-|until)\\s))*`;
  for (;;) {
    const match = words.take(`${NOT}\\s+(${list})`);
    if (!match) return found;
    for (const one of (match[1] as string).matchAll(new RegExp(`(?<![\\w])(?:${item})(?![\\w])`, "g"))) {
      found.push(exclusion(one[0]));
    }
  }
}

function exclusion(text: string): Exclusion {
  const named = NAMED.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(text));
  return named ? named[1] : (day) => isMeant(text, day);
}
