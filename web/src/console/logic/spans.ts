/** Arithmetic of times from one instant to another, in milliseconds. Pure. */

import type { Stretch } from "../../api/attendance";

export interface Span {
  readonly from: number;
  readonly until: number;
}

export function spanOf(stretch: { readonly from: string; readonly until: string | null }, now: Date): Span {
  return {
    from: Date.parse(stretch.from),
    until: stretch.until ? Date.parse(stretch.until) : now.getTime(),
  };
}

/** In order and without overlaps. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  const sorted = spans.filter((one) => one.until > one.from).sort((a, b) => a.from - b.from);
  for (const span of sorted) {
    const last = result.at(-1);
    if (last && span.from <= last.until)
      result[result.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
    else result.push(span);
  }
  return result;
}

/** What of `spans` lies in one of `limits`. */
export function within(spans: readonly Span[], limits: readonly Span[]): Span[] {
  return joined(spans).flatMap((span) =>
    joined(limits)
      .map((limit) => ({
        from: Math.max(span.from, limit.from),
        until: Math.min(span.until, limit.until),
      }))
      .filter((one) => one.until > one.from),
  );
}

/** What of `spans` lies in none of `holes`. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  let left = joined(spans);
  for (const hole of holes) {
    left = left.flatMap((span) =>
      [
        { from: span.from, until: Math.min(span.until, hole.from) },
        { from: Math.max(span.from, hole.until), until: span.until },
      ].filter((one) => one.until > one.from),
    );
  }
  return left;
}

export function secondsOf(spans: readonly Span[]): number {
  return joined(spans).reduce((sum, span) => sum + Math.floor((span.until - span.from) / 1000), 0);
}

/** What counts of a session: its windows without its breaks. */
export function countable(
  session: {
    readonly windows: readonly Stretch[];
    readonly breaks: readonly { readonly from: string; readonly until: string | null }[];
  },
  now: Date,
): Span[] {
  const breaks = session.breaks.map((one) => spanOf(one, now));
  return without(
    session.windows.map((one) => spanOf(one, now)),
    breaks,
  );
}
