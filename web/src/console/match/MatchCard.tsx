import { useEffect, useRef, useState } from "preact/hooks";
import { type MatchSuggestion, matchPerson, type Unmatched } from "../../api/matching";
import { Button } from "../../ui/Button";
import { userCheck, userPlus } from "../../ui/icons";
import { NOBODY, PersonField, type Somebody } from "../attendance/PersonField";
import { aboutPerson } from "../logic/people";
import { addressOf } from "../logic/route";
import { browserZone, capital, dayWords, lengthWords } from "../logic/time";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";

export interface MatchCardProps {
  visitor: Unmatched;
  /** Told what was decided. */
  onDecided(words: string): void;
}

/** One visitor: what they said of themselves, who they may be, and the three answers. */
export function MatchCard({ visitor, onDecided }: MatchCardProps) {
  const { person, sessions, suggestions } = visitor;
  const [other, setOther] = useState(false);
  const [somebody, setSomebody] = useState<Somebody>(NOBODY);
  const action = useAction();
  const search = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (other) search.current?.querySelector("input")?.focus();
  }, [other]);

  async function say(id: string | null, words: string) {
    if (await action.run(() => matchPerson(person.id, id), words)) onDecided(words);
  }

  const is = (name: string) =>
    `${person.name} is ${name}. The time counts for them; it can be undone on their page.`;
  return (
    <article class="card match" aria-label={person.name}>
      <div class="match-who">
        <h2>
          <a href={addressOf({ name: "person", id: person.id })}>{person.name}</a>
        </h2>
        <p>{[person.email, aboutPerson(person)].filter(Boolean).join(", ") || "Only this name is known"}</p>
        {sessions.map((one) => (
          <p key={one.session_id} class="muted">
            {lengthWords(one.seconds)} in{" "}
            <a href={addressOf({ name: "attendance", id: one.session_id })}>{one.title}</a>,{" "}
            {dayWords(new Date(one.starts_at), browserZone(), now.value)}
          </p>
        ))}
      </div>
      {suggestions.length > 0 && (
        <ul class="match-suggestions" aria-label="They may be">
          {suggestions.map((one) => (
            <SuggestionRow
              key={one.person.id}
              suggestion={one}
              busy={action.busy}
              onTake={() => void say(one.person.id, is(one.person.name))}
            />
          ))}
        </ul>
      )}
      {suggestions.length === 0 && <p class="muted">Nobody on record is like them.</p>}
      {other && (
        <div class="match-other" ref={search}>
          <PersonField somebody={somebody} onChange={setSomebody} asNew={false} />
          <Button
            kind="primary"
            disabled={action.busy || !somebody.id}
            onClick={() => void say(somebody.id, is(somebody.name))}
          >
            This is {somebody.id ? somebody.name : "them"}
          </Button>
        </div>
      )}
      <div class="card-actions">
        <Button
          icon={userPlus}
          disabled={action.busy}
          aria-label={`${person.name} is somebody new`}
          onClick={() => void say(null, `${person.name} is new, and known from now on.`)}
        >
          Somebody new
        </Button>
        {!other && (
          <Button kind="quiet" aria-label={`Find who ${person.name} is`} onClick={() => setOther(true)}>
            Somebody else…
          </Button>
        )}
      </div>
      <Problem words={action.problem} />
    </article>
  );
}

function SuggestionRow(props: { suggestion: MatchSuggestion; busy: boolean; onTake(): void }) {
  const { suggestion, busy, onTake } = props;
  const { person, reasons } = suggestion;
  const about = [aboutPerson(person), person.email].filter(Boolean).join(", ");
  return (
    <li class="match-suggestion">
      <div class="row-main">
        <span class="row-title">{person.name}</span>
        <span class="row-note">{about}</span>
        <span class="row-note small">{capital(reasons.join(", "))}</span>
      </div>
      <Button
        icon={userCheck}
        disabled={busy}
        aria-label={`This is ${person.name}, ${person.email}`}
        onClick={onTake}
      >
        This is them
      </Button>
    </li>
  );
}
