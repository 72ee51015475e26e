import { useState } from "preact/hooks";
import { listSessions } from "../../api/sessions";
import type { Account, SessionStatus } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { plus, search as searchIcon } from "../../ui/icons";
import { contactOf } from "../logic/session-form";
import { plural } from "../logic/time";
import { inListOrder } from "../logic/today";
import { listKeys } from "../parts/list-keys";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { TYPING_MS, useOlder, useSettled } from "../state/use-list";
import { SessionRow } from "./SessionRow";
import { SessionSheet } from "./SessionSheet";

type Filter = "" | SessionStatus;

const FILTERS: readonly { value: Filter; words: string }[] = [
  { value: "", words: "All" },
  { value: "open", words: "Live" },
  { value: "scheduled", words: "Scheduled" },
  { value: "closed", words: "Over" },
  { value: "cancelled", words: "Cancelled" },
];
const PAGE = 50;

/** All sessions: search first, then by status, then through the list by arrow keys. */
export function SessionsPage({ account }: { account: Account }) {
  const [typed, setTyped] = useState("");
  const [filter, setFilter] = useState<Filter>("");
  const [creating, setCreating] = useState(false);
  const search = useSettled(typed.trim(), TYPING_MS);
  const asked = { search, limit: PAGE, ...(filter ? { status: filter } : {}) };
  const first = useResource(`${filter} ${search}`, () => listSessions(asked), 20_000);
  const older = useOlder(`${filter} ${search}`, (cursor) => listSessions({ ...asked, cursor }));
  const next = older.items.length > 0 ? older.next : (first.value?.next ?? null);
  const all = [...(first.value?.items ?? []), ...older.items];
  const items = next === null && older.items.length === 0 ? inListOrder(all) : all;
  return (
    <>
      <PageHead
        title="Sessions"
        actions={
          <Button kind="primary" icon={plus} onClick={() => setCreating(true)}>
            New session
          </Button>
        }
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead from the search into the list */}
      <div class="list-page" onKeyDown={listKeys}>
        <search class="list-search">
          <label class="search">
            <span class="visually-hidden">Search sessions</span>
            <Icon of={searchIcon} />
            <input
              class="input"
              type="search"
              placeholder="Search titles and descriptions"
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <fieldset class="segments list-filter">
            <legend class="visually-hidden">Status</legend>
            {FILTERS.map(({ value, words }) => (
              <label key={value}>
                <input
                  type="radio"
                  name="status"
                  checked={filter === value}
                  onChange={() => setFilter(value)}
                />
                {words}
              </label>
            ))}
          </fieldset>
        </search>
        <Problem words={first.problem || older.problem} retry={() => void first.reload()} />
        <p class="visually-hidden" role="status">
          {first.value ? plural(items.length, "session") : ""}
        </p>
        {first.value && items.length === 0 && <NothingFound all={!filter && !search} />}
        {items.length > 0 && (
          <ul class="rows panel">
            {items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
        )}
        {next && (
          <Button disabled={older.busy} onClick={() => older.more(next)}>
            Show more
          </Button>
        )}
      </div>
      {creating && (
        <SessionSheet
          contact={contactOf(account)}
          onClose={() => setCreating(false)}
          onSaved={(session) => goTo({ name: "session", id: session.id })}
        />
      )}
    </>
  );
}

function NothingFound({ all }: { all: boolean }) {
  if (all) {
    return (
      <Empty title="No sessions yet">
        Create the first one: a title, a day and a time are enough. Then invite people or share its public
        link.
      </Empty>
    );
  }
  return <Empty title="No session fits">Try fewer words, or show all states.</Empty>;
}
