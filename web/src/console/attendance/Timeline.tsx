import type { PersonTime } from "../../api/attendance";
import type { Span } from "../logic/spans";
import { type Bar, barOf, barsOf, type Mark } from "../logic/timeline";

const WIDTH = 1000;
const HEIGHT = 20;
const THIN = 6;

const tall = (bar: Bar) => ({
  x: bar.at * WIDTH,
  width: Math.max(2, bar.width * WIDTH),
  y: 0,
  height: HEIGHT,
});
const thin = (bar: Bar) => ({ ...tall(bar), y: (HEIGHT - THIN) / 2, height: THIN });

export interface TimelineProps {
  person: PersonTime;
  frame: Span;
  breaks: readonly Span[];
  now: Date;
  /** The same in words. */
  words: string;
}

/** One person's time as a picture: full bars count, thin ones do not, breaks are bands behind them. */
export function Timeline({ person, frame, breaks, now, words }: TimelineProps) {
  const { counted, beside } = barsOf(person, frame, now);
  return (
    <svg
      class="timeline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      {breaks.map((one) => (
        <rect key={one.from} class="timeline-break" {...tall(barOf(one, frame))} />
      ))}
      {beside.map((bar) => (
        <rect key={bar.at} class="timeline-beside" {...thin(bar)} />
      ))}
      {counted.map((bar) => (
        <rect key={bar.at} class="timeline-counted" {...tall(bar)} />
      ))}
    </svg>
  );
}

/** The clock times above the bars. */
export function Axis({ marks }: { marks: readonly Mark[] }) {
  return (
    <div class="axis" aria-hidden="true">
      {marks.map(({ at, words }) => (
        <span key={at} style={{ left: `${at * 100}%` }}>
          {words}
        </span>
      ))}
    </div>
  );
}

/** What the parts of the picture mean. */
export function Key({ breaks }: { breaks: boolean }) {
  const parts = [
    { name: "timeline-counted", words: "counted", height: 14 },
    { name: "timeline-beside", words: "there, but not counted", height: 4 },
    ...(breaks ? [{ name: "timeline-break", words: "break", height: 14 }] : []),
  ];
  return (
    <p class="times-key muted small">
      {parts.map(({ name, words, height }) => (
        <span key={name}>
          <svg viewBox="0 0 28 14" aria-hidden="true">
            <rect class={name} width={28} height={height} y={(14 - height) / 2} rx={2} />
          </svg>
          {words}
        </span>
      ))}
    </p>
  );
}
