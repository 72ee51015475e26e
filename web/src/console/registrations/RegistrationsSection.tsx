import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  listAllRegistrations,
  listUndecided,
  type RegistrationFilter,
  type RegistrationScope,
  type RegistrationStatus,
  registerPeople,
} from "../../api/registrations";
import { Button } from "../../ui/Button";
import { userPlus } from "../../ui/icons";
import { Switch } from "../../ui/Switch";
import { ImportButton } from "../imports/ImportButton";
import { Problem } from "../parts/Problem";
import { SearchField, Segments } from "../parts/SearchField";
import { Empty, Section } from "../parts/Section";
import { AddPeopleSheet } from "../session/AddPeopleSheet";
import { useResource } from "../state/resource";
import { TYPING_MS, useList, useSettled } from "../state/use-list";
import { RegistrationRow } from "./RegistrationRow";
import { UndecidedSection } from "./UndecidedSection";

const PAGE = 50;
type Filter = "" | Extract<RegistrationStatus, "approved" | "waiting">;
const FILTERS: readonly { value: Filter; words: string }[] = [
  { value: "approved", words: "Registered" },
  { value: "waiting", words: "Waiting list" },
  { value: "", words: "All" },
];

export interface RegistrationsSectionProps {
  scope: RegistrationScope;
  id: string;
  /** Of the series or program, where it is at hand. */
  name?: string;
  /** How many are registered: everybody is read anew once that changes. */
  registered: number;
  /** Told when somebody was added, approved or taken off. */
  onChanged?(): void;
  /** What the page shows between those who wait for an answer and the list of everybody. */
  children?: ComponentChildren;
}

/**
 * Who is registered for a series or program. Those who wait for an answer come first, before anything else. Each look
 * at registrations is noted with who looked: by itself it is only looked how many there are, and at who once that changes.
 */
export function RegistrationsSection(props: RegistrationsSectionProps) {
  const { scope, id, name, registered, onChanged, children } = props;
  const [typed, setTyped] = useState("");
  const [status, setStatus] = useState<Filter>("approved");
  const [adding, setAdding] = useState(false);
  const [send, setSend] = useState(true);
  const search = useSettled(typed.trim(), TYPING_MS);
  const of: RegistrationFilter = scope === "series" ? { series_id: id } : { program_id: id };
  const asked = { ...of, limit: PAGE, ...(status ? { status } : {}), ...(search ? { search } : {}) };
  const key = `${scope} ${id} ${status} ${search}`;
  const list = useList(
    key,
    (cursor) => listAllRegistrations({ ...asked, ...(cursor ? { cursor } : {}) }),
    null,
  );
  const pending = useResource(
    `${scope} ${id}`,
    () => listAllRegistrations({ ...of, status: "pending", limit: PAGE }),
    null,
  );
  const waiting = useResource("undecided", listUndecided, 15_000).value;
  const count = waiting && (waiting.find((one) => one.scope === scope && one.id === id)?.pending ?? 0);
  const { reload } = pending;
  const reloadAll = list.reload;
  const counted = useRef(registered);
  useEffect(() => {
    if (counted.current !== registered) void reloadAll();
    counted.current = registered;
  }, [registered, reloadAll]);
  const known = useRef(count);
  useEffect(() => {
    if (known.current !== undefined && known.current !== count) void reload();
    known.current = count;
  }, [count, reload]);
  const changed = () => {
    void list.reload();
    void pending.reload();
    onChanged?.();
  };
  const row = { names: "person" as const, onChanged: changed };
  return (
    <>
      <UndecidedSection page={pending.value} onChanged={changed} />
      {children}
      <Section
        title="Registrations"
        actions={
          <div class="card-actions">
            <ImportButton scope={{ kind: scope, id, name: name ?? `this ${scope}` }} onImported={changed} />
            <Button icon={userPlus} onClick={() => setAdding(true)}>
              Add people
            </Button>
          </div>
        }
      >
        <div class="list-page">
          <search class="list-search">
            <SearchField
              label="Search registrations"
              placeholder="Search names"
              value={typed}
              onValue={setTyped}
            />
            <Segments
              legend="Which registrations"
              name={`registrations-${id}`}
              options={FILTERS}
              value={status}
              onValue={setStatus}
            />
          </search>
          <Problem words={list.problem || pending.problem} retry={changed} />
          {list.loaded && list.items.length === 0 && <Nobody scope={scope} status={status} search={search} />}
          {list.items.length > 0 && (
            <ul class="rows panel">
              {list.items.map((one) => (
                <RegistrationRow key={one.id} registration={one} {...row} />
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
          <AddPeopleSheet
            invite={(people, attempt) => registerPeople(scope, id, people, send, attempt)}
            already={status === "approved" ? list.items.map((one) => one.person) : []}
            onClose={() => setAdding(false)}
            onAdded={changed}
          >
            <Switch on={send} onChange={setSend}>
              Mail each their personal link
            </Switch>
          </AddPeopleSheet>
        )}
      </Section>
    </>
  );
}

function Nobody({ scope, status, search }: { scope: RegistrationScope; status: Filter; search: string }) {
  if (search) return <Empty title="Nobody fits">Try fewer words; the beginning of each is enough.</Empty>;
  if (status === "waiting")
    return <Empty title="Nobody is on the waiting list">Everybody has a place.</Empty>;
  if (scope === "program") {
    return (
      <Empty title="Nobody is registered for all of it">
        Who is registered here comes to every series with one personal link. Who registers for one series is
        listed there.
      </Empty>
    );
  }
  return (
    <Empty title="Nobody is registered yet">
      Share the public page, add people by name, or import a list. Each gets one personal link for all
      sessions.
    </Empty>
  );
}
