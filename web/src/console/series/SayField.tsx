import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { circleAlert } from "../../ui/icons";
import { read, type Said } from "../logic/say";
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

  function say(next: string) {
    const origin = text.trim() ? before : draft;
    if (!text.trim()) setBefore(draft);
    setText(next);
    const said: Said = read(next, origin.pattern, today, zones);
    setRest(next.trim() ? said.rest : "");
    onSaid({
      pattern: said.pattern,
      time: said.time ?? origin.time,
      duration: said.duration ?? origin.duration,
      zone: said.zone ?? origin.zone,
    });
  }

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
    </div>
  );
}
