import { useState } from "preact/hooks";
import { listSites, SITE_TYPES, type Site } from "../../api/sites";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { Select } from "../../ui/Select";
import { aboutSite } from "../logic/people";
import { plural } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { SearchField, Segments } from "../parts/SearchField";
import { Empty } from "../parts/Section";
import { PeopleTabs } from "../people/PeopleTabs";
import { TYPING_MS, useList, useSettled } from "../state/use-list";
import { SiteSheet } from "./SiteSheet";

const PAGE = 50;
type Filter = "" | "false";
const FILTERS: readonly { value: Filter; words: string }[] = [
  { value: "", words: "All" },
  { value: "false", words: "To confirm" },
];

/** Where people work. Sites that visitors added wait to be confirmed, or to be merged with the right one. */
export function SitesPage() {
  const [typed, setTyped] = useState("");
  const [confirmed, setConfirmed] = useState<Filter>("");
  const [type, setType] = useState("");
  const [shown, setShown] = useState<Site | "new" | null>(null);
  const search = useSettled(typed.trim(), TYPING_MS);
  const asked = {
    limit: PAGE,
    ...(search ? { search } : {}),
    ...(confirmed ? { confirmed } : {}),
    ...(type ? { type } : {}),
  };
  const key = `${confirmed} ${type} ${search}`;
  const list = useList(key, (cursor) => listSites({ ...asked, ...(cursor ? { cursor } : {}) }), 30_000);
  return (
    <>
      <PageHead
        title="Sites"
        actions={
          <Button kind="primary" icon={plus} onClick={() => setShown("new")}>
            New site
          </Button>
        }
      />
      <PeopleTabs />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead from the search into the list */}
      <div class="list-page" onKeyDown={listKeys}>
        <search class="list-search">
          <SearchField
            label="Search sites"
            placeholder="Search names, counties, states"
            value={typed}
            onValue={setTyped}
          />
          <Select
            label="Kind"
            labelHidden
            options={[{ value: "", label: "Every kind" }, ...SITE_TYPES]}
            value={type}
            onValue={setType}
          />
          <Segments
            legend="Which sites"
            name="confirmed"
            options={FILTERS}
            value={confirmed}
            onValue={setConfirmed}
          />
        </search>
        <Problem words={list.problem} retry={() => void list.reload()} />
        <p class="visually-hidden" role="status">
          {list.loaded ? plural(list.items.length, "site") : ""}
        </p>
        {list.loaded && list.items.length === 0 && (
          <Empty title={search || confirmed || type ? "No site fits" : "No sites yet"}>
            {search || confirmed || type
              ? "Try fewer words, or show all."
              : "Sites come with the people: from an import, or as people write them when they register."}
          </Empty>
        )}
        {list.items.length > 0 && (
          <ul class="rows panel">
            {list.items.map((site) => (
              <SiteRow key={site.id} site={site} onOpen={() => setShown(site)} />
            ))}
          </ul>
        )}
        {list.longer && (
          <Button disabled={list.busy} onClick={() => void list.more()}>
            Show more
          </Button>
        )}
      </div>
      {shown && (
        <SiteSheet
          key={shown === "new" ? "new" : shown.id}
          {...(shown === "new" ? {} : { site: shown })}
          onClose={() => setShown(null)}
          onSaved={() => void list.reload()}
        />
      )}
    </>
  );
}

function SiteRow({ site, onOpen }: { site: Site; onOpen(): void }) {
  return (
    <li class="row row-link">
      <div class="row-main">
        <button type="button" class="row-title row-button" data-row onClick={onOpen}>
          {site.name}
        </button>
        <span class="row-note">{aboutSite(site) || "Nothing else is known"}</span>
      </div>
      <div class="person-end">
        <span class="muted small">{plural(site.people, "person", "people")}</span>
        {!site.confirmed && <span class="status">To confirm</span>}
      </div>
    </li>
  );
}
