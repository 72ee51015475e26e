import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { circleAlert } from "../../ui/icons";
import { shortDay } from "../logic/days";
import { datesOf } from "../logic/rule";
import { followWords, read, type Said, type Span, type Year } from "../logic/say";
import type { SeriesDraft } from "../logic/series-form";

const SETTLED_MS = 900;

/** One line in which a series is said as on the phone; what is understood goes into the form while it is typed. */
export function SayField(props: {
  draft: SeriesDraft;
  today: string;
  onSaid(part: Partial<SeriesDraft>): void;
}) {
  const { draft, today, onSaid } = props;
  const id = useId();
  const [text, setText] = useState("");
  const [rest, setRest] = useState("");
  const [settled, setSettled] = useState("");
  /** The dates as they were before the line was begun, so that a word that is taken back is taken back there too. */
  const [before, setBefore] = useState(draft);
  const zones = useMemo(() => ({ ids: Intl.supportedValuesOf("timeZone") }), []);

  useEffect(() => {
    const timer = setTimeout(() => setSettled(rest), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [rest]);

  const [years, setYears] = useState<Said["years"]>();
  const [year, setYear] = useState<Year>("running");
  /** The dates that the words leave out, as against those that were left out in the list. */
  const out = useRef<readonly string[]>([]);
  const { pattern } = draft;
  const dates = pattern.kind === "dates" ? "" : datesOf(pattern).join(" ");

  // "Not Thanksgiving week" is the week of whatever year the days are moved to.
  useEffect(() => {
    if (!text.trim() || !dates) return;
    const followed = followWords(text, pattern, out.current);
    out.current = followed.out;
    if (followed.exclude.join() !== [...pattern.exclude].sort().join())
      onSaid({ pattern: { ...pattern, exclude: followed.exclude } });
  }, [dates]);

  function say(next: string, wanted = year) {
    const kept = next.trim() ? wanted : "running";
    setYear(kept);
    const origin = text.trim() ? before : draft;
    if (!text.trim()) setBefore(draft);
    setText(next);
    const said: Said = read(next, origin.pattern, today, zones, kept);
    out.current = said.out;
    setYears(next.trim() ? said.years : undefined);
    setRest(next.trim() ? said.rest : "");
    onSaid({
      pattern: said.pattern,
      time: said.time ?? origin.time,
      duration: said.duration ?? origin.duration,
      zone: said.zone ?? origin.zone,
    });
  }

  /** Only while the days are still those that were read. */
  const asked = years?.taken.from === pattern.from && years.taken.until === pattern.until ? years : undefined;
  return (
    <div class="field say">
      <label class="field-label" for={id}>
        When, in your own words
      </label>
      <textarea
        id={id}
        class="input"
        rows={2}
        autocomplete="off"
        spellcheck={false}
        placeholder="second and fourth Thursday, 12:00, Mountain, September to May, not Thanksgiving week"
        aria-describedby={`${id}-note`}
        value={text}
        onInput={(event) => say(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.preventDefault(); // it is one sentence
        }}
      />
      <span class="field-note" id={`${id}-note`} role="status">
        {settled && settled === rest ? (
          <span class="say-rest">
            <Icon of={circleAlert} />
            <span>
              Not understood: <strong>{rest}</strong>. The rest is filled in below.
            </span>
          </span>
        ) : (
          "Fills in the fields below as you type. Or choose there."
        )}
      </span>
      {asked && (
        <p class="field-note">
          Read as {spanWords(asked.taken)}.{" "}
          <button
            type="button"
            class="text-button"
            onClick={() => say(text, asked.taken.from === today ? "next" : "running")}
          >
            Take {spanWords(asked.other)}
          </button>
        </p>
      )}
    </div>
  );
}

/** "Sat, Nov 21, 2026 to Mon, May 31, 2027". */
function spanWords({ from, until }: Span): string {
  return `${shortDay(from, true)} to ${shortDay(until, true)}`;
}
