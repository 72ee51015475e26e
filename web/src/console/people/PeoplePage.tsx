import { useState } from "preact/hooks";
import { listPeople, type PersonRecord } from "../../api/people";
import { readSite } from "../../api/sites";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { userPlus, x } from "../../ui/icons";
import { ExportButton } from "../imports/ExportButton";
import { ImportButton } from "../imports/ImportButton";
import { aboutPerson } from "../logic/people";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { SearchField, Segments } from "../parts/SearchField";
import { Empty } from "../parts/Section";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { TYPING_MS, useList, useSettled } from "../state/use-list";
import { PeopleTabs } from "./PeopleTabs";
import { PersonSheet } from "./PersonSheet";

const PAGE = 50;
type Filter = "" | "true" | "false";
const FILTERS: readonly { value: Filter; words: string }[] = [
  { value: "", words: "All" },
  { value: "false", words: "Not confirmed" },
];

/** Everybody who takes part: search first, then through the list by arrow keys. */
export function PeoplePage({ siteId }: { siteId: string }) {
  const [typed, setTyped] = useState("");
  const [matched, setMatched] = useState<Filter>("");
  const [adding, setAdding] = useState(false);
  const search = useSettled(typed.trim(), TYPING_MS);
  const filter = { ...(search ? { search } : {}), ...(siteId ? { site_id: siteId } : {}) };
  const asked = { ...filter, limit: PAGE, ...(matched ? { matched } : {}) };
  const key = `${matched} ${siteId} ${search}`;
  const list = useList(key, (cursor) => listPeople({ ...asked, ...(cursor ? { cursor } : {}) }), 30_000);
  return (
    <>
      <PageHead
        title="People"
        actions={
          <>
            <ImportButton onImported={() => void list.reload()} />
            <ExportButton filter={filter} />
            <Button kind="primary" icon={userPlus} onClick={() => setAdding(true)}>
              New person
            </Button>
          </>
        }
      />
      <PeopleTabs />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead from the search into the list */}
      <div class="list-page" onKeyDown={listKeys}>
        <search class="list-search">
          <SearchField
            label="Search people"
            placeholder="Search names, e-mail, sites, professions"
            value={typed}
            onValue={setTyped}
          />
          <Segments
            legend="Which people"
            name="matched"
            options={FILTERS}
            value={matched}
            onValue={setMatched}
          />
        </search>
        {siteId && <OnlySite id={siteId} />}
        <Problem words={list.problem} retry={() => void list.reload()} />
        <p class="visually-hidden" role="status">
          {list.loaded ? plural(list.items.length, "person", "people") : ""}
        </p>
        {list.loaded && list.items.length === 0 && <Nobody all={!search && !matched && !siteId} />}
        {list.items.length > 0 && (
          <ul class="rows panel">
            {list.items.map((person) => (
              <PersonRow key={person.id} person={person} />
            ))}
          </ul>
        )}
        {list.longer && (
          <Button disabled={list.busy} onClick={() => void list.more()}>
            Show more
          </Button>
        )}
      </div>
      {adding && (
        <PersonSheet
          onClose={() => setAdding(false)}
          onSaved={(person) => goTo({ name: "person", id: person.id })}
        />
      )}
    </>
  );
}

/** Says that the list is of one site, and leads back to all. */
function OnlySite({ id }: { id: string }) {
  const site = useResource(id, async () => (await readSite(id)).value, null);
  const name = site.value?.name ?? "one site";
  return (
    <a
      class="button chosen"
      href={addressOf({ name: "people" })}
      aria-label={`Only ${name}: show all people`}
    >
      Only {name}
      <Icon of={x} />
    </a>
  );
}

function PersonRow({ person }: { person: PersonRecord }) {
  return (
    <li class="row row-link">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "person", id: person.id })}>
          {person.name}
        </a>
        <span class="row-note">{aboutPerson(person) || "Nothing else is known"}</span>
      </div>
      <div class="person-end">
        <span class="muted small">{person.email}</span>
        {!person.matched && <span class="status">Not confirmed</span>}
      </div>
    </li>
  );
}

function Nobody({ all }: { all: boolean }) {
  if (all) {
    return (
      <Empty title="Nobody yet">
        Import a list, or share the public page of a program: who registers there appears here.
      </Empty>
    );
  }
  return <Empty title="Nobody fits">Try fewer words; the beginning of each is enough.</Empty>;
}
