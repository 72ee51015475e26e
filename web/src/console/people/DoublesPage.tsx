import { useState } from "preact/hooks";
import {
  acceptSuggestion,
  dismissSuggestion,
  listSuggestions,
  type MergeSuggestion,
  type PersonRecord,
} from "../../api/people";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { aboutPerson } from "../logic/people";
import { reasonWords, stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { useOlder } from "../state/use-list";
import { PeopleTabs } from "./PeopleTabs";

/** Pairs that may be one person. Nothing is put together unless somebody says so here. */
export function DoublesPage() {
  const first = useResource("doubles", () => listSuggestions(), 30_000);
  const older = useOlder("doubles", (cursor) => listSuggestions(cursor));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [kept, setKept] = useState<PersonRecord | null>(null);
  const items = [...(first.value?.items ?? []), ...older.items].filter((one) => !gone.has(one.id));
  const next = older.items.length > 0 ? older.next : (first.value?.next ?? null);
  return (
    <>
      <PageHead title="Same person?" />
      <PeopleTabs decided={gone.size} />
      {kept && (
        <Banner
          action={
            <a class="button" href={addressOf({ name: "person", id: kept.id })}>
              Undo it on this person's page
            </a>
          }
        >
          Put together as {kept.name}.
        </Banner>
      )}
      <Problem words={first.problem || older.problem} retry={() => void first.reload()} />
      {first.value && items.length === 0 && (
        <Empty title="Nobody looks like somebody else">
          When two records share an address, a telephone or a name, they are shown here side by side.
        </Empty>
      )}
      <div class="cards">
        {items.map((suggestion) => (
          <Pair
            key={suggestion.id}
            suggestion={suggestion}
            onDecided={(person) => {
              setGone((before) => new Set([...before, suggestion.id]));
              setKept(person);
            }}
          />
        ))}
      </div>
      {next && (
        <Button disabled={older.busy} onClick={() => older.more(next)}>
          Show more
        </Button>
      )}
    </>
  );
}

function Pair({
  suggestion,
  onDecided,
}: {
  suggestion: MergeSuggestion;
  onDecided(kept: PersonRecord | null): void;
}) {
  const action = useAction();
  const { id, first, second, reasons } = suggestion;

  async function keep(person: PersonRecord) {
    const said = `Put together as ${person.name}. It can be undone on their page.`;
    if (await action.run(() => acceptSuggestion(id, person.id), said)) onDecided(person);
  }

  async function dismiss() {
    if (await action.run(() => dismissSuggestion(id), "They stay two people.")) onDecided(null);
  }

  return (
    <article class="card" aria-label={`${first.name} and ${second.name}`}>
      <p class="muted">Both have {reasonWords(reasons)}.</p>
      <div class="pair-people">
        <Side person={first} other={second} busy={action.busy} onKeep={() => void keep(first)} />
        <Side person={second} other={first} busy={action.busy} onKeep={() => void keep(second)} />
      </div>
      <div class="card-actions">
        <Button disabled={action.busy} onClick={() => void dismiss()}>
          Two different people
        </Button>
      </div>
      <Problem words={action.problem} />
    </article>
  );
}

interface SideProps {
  person: PersonRecord;
  other: PersonRecord;
  busy: boolean;
  onKeep(): void;
}

function Side({ person, other, busy, onKeep }: SideProps) {
  const same = person.email.toLowerCase() === other.email.toLowerCase();
  return (
    <div class="pair-person">
      <h2>
        <a href={addressOf({ name: "person", id: person.id })}>{person.name}</a>
      </h2>
      <p class={same ? "strong" : ""}>{person.email}</p>
      {person.phones.map(({ value }) => (
        <p key={value}>{value}</p>
      ))}
      <p>{aboutPerson(person) || "Nothing else is known"}</p>
      <p class="muted small">
        Here since {stampWords(person.created_at, browserZone(), now.value)}
        {!person.matched && "; not confirmed"}
      </p>
      <Button
        disabled={busy}
        onClick={onKeep}
        aria-label={`One person, keep this record: ${person.name}, ${person.email}`}
      >
        One person, keep this record
      </Button>
    </div>
  );
}
