import { useState } from "preact/hooks";
import { listPrograms, type Program } from "../../api/programs";
import type { Account } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { plus, search as searchIcon } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { contactOf } from "../logic/session-form";
import { plural, zoneName } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { goTo } from "../state/route";
import { TYPING_MS, useList, useSettled } from "../state/use-list";
import { ProgramSheet } from "./ProgramSheet";

const PAGE = 50;
const REFRESH_MS = 60_000;

/** All programs of the hub. */
export function ProgramsPage({ account }: { account: Account }) {
  const [typed, setTyped] = useState("");
  const [creating, setCreating] = useState(false);
  const search = useSettled(typed.trim(), TYPING_MS);
  const asked = { search, limit: PAGE };
  const list = useList(
    `programs ${search}`,
    (cursor) => listPrograms({ ...asked, ...(cursor ? { cursor } : {}) }),
    REFRESH_MS,
  );
  const none = list.loaded && list.items.length === 0;
  const create = (
    <Button kind="primary" icon={plus} onClick={() => setCreating(true)}>
      New program
    </Button>
  );
  return (
    <>
      <PageHead title="Programs" actions={!(none && !search) && create} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead from the search into the list */}
      <div class="list-page" onKeyDown={listKeys}>
        {!(none && !search) && (
          <search class="list-search">
            <label class="search">
              <span class="visually-hidden">Search programs</span>
              <Icon of={searchIcon} />
              <input
                class="input"
                type="search"
                placeholder="Search programs"
                value={typed}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            </label>
          </search>
        )}
        <Problem words={list.problem} retry={() => void list.reload()} />
        <p class="visually-hidden" role="status">
          {list.loaded ? plural(list.items.length, "program") : ""}
        </p>
        {none && search && <Empty title="No program fits">Try fewer words.</Empty>}
        {none && !search && (
          <Empty title="No programs yet" action={create}>
            A program is what goes on over the years, such as Autism ECHO. Its series share whom to ask, the
            questions people answer as they register, and the reminders they get.
          </Empty>
        )}
        {list.items.length > 0 && (
          <ul class="rows panel">
            {list.items.map((program) => (
              <ProgramRow key={program.id} program={program} />
            ))}
          </ul>
        )}
        {list.longer && (
          <Button disabled={list.busy} onClick={() => void list.more()}>
            Show more
          </Button>
        )}
      </div>
      {creating && (
        <ProgramSheet
          contact={contactOf(account)}
          onClose={() => setCreating(false)}
          onSaved={(saved) => goTo({ name: "program", id: saved.value.id })}
        />
      )}
    </>
  );
}

function ProgramRow({ program }: { program: Program }) {
  return (
    <li class="row row-link">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "program", id: program.id })}>
          {program.name}
        </a>
        <span class="row-note">{program.summary.split("\n")[0] || zoneName(program.zone)}</span>
      </div>
      <div class="row-end">
        {program.archived_at ? (
          <span class="status">Put away</span>
        ) : (
          <span>{plural(program.series_count, "series", "series")}</span>
        )}
        {program.registered > 0 && (
          <span class="muted small">{program.registered} registered for all of it</span>
        )}
      </div>
    </li>
  );
}
