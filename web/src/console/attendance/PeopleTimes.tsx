import { useState } from "preact/hooks";
import type { Attendance, PersonTime } from "../../api/attendance";
import { inOrder, type Shown, shownOf } from "../logic/attendance";
import { spanOf } from "../logic/spans";
import { frameOf, marksOf } from "../logic/timeline";
import { listKeys } from "../parts/list-keys";
import { SearchField, Segments } from "../parts/SearchField";
import { Empty } from "../parts/Section";
import { PersonRow } from "./PersonRow";
import { Axis, Key } from "./Timeline";

/** So many are taken in at a glance, without a search. */
const FEW = 12;

export interface PeopleTimesProps {
  attendance: Attendance;
  onCorrect(person: PersonTime): void;
  onChanged(): void;
}

/** Everybody who was there, by site, each with a picture of their time. */
export function PeopleTimes({ attendance, onCorrect, onChanged }: PeopleTimesProps) {
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const { people } = attendance;
  const shownAt = new Date(attendance.generated_at);
  const frame = frameOf(attendance, shownAt);
  const breaks = attendance.breaks.map((one) => spanOf(one, shownAt));
  const unmatched = people.filter((one) => !one.matched).length;
  const corrected = people.filter((one) => one.corrected).length;
  const found = inOrder(shownOf(people, shown, search));
  if (people.length === 0)
    return (
      <Empty title="Nobody has been here">
        People appear here as they join. Somebody who was there without a device can be added.
      </Empty>
    );
  const choices = [
    { value: "all" as const, words: `All ${people.length}` },
    { value: "unmatched" as const, words: `Not yet known ${unmatched}` },
    { value: "corrected" as const, words: `Corrected ${corrected}` },
  ].filter(({ value }) => value === "all" || (value === "unmatched" ? unmatched : corrected) > 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead through the people
    <div class="list-page" onKeyDown={listKeys}>
      {(people.length > FEW || choices.length > 1) && (
        <div class="list-search">
          {people.length > FEW && (
            <SearchField
              label="Find somebody"
              placeholder="Name or site"
              value={search}
              onValue={setSearch}
            />
          )}
          {choices.length > 1 && (
            <Segments legend="Who is shown" name="shown" options={choices} value={shown} onValue={setShown} />
          )}
        </div>
      )}
      <div class="times panel">
        <div class="times-head">
          <Axis marks={marksOf(frame, attendance.session.zone)} />
        </div>
        {bySite(found).map(([site, members]) => (
          <section key={site} aria-label={site}>
            <h3 class="times-site">{site}</h3>
            <ul>
              {members.map((person) => (
                <PersonRow
                  key={person.person_id}
                  attendance={attendance}
                  person={person}
                  frame={frame}
                  breaks={breaks}
                  shownAt={shownAt}
                  onCorrect={() => onCorrect(person)}
                  onChanged={onChanged}
                />
              ))}
            </ul>
          </section>
        ))}
        {found.length === 0 && <p class="times-none muted">Nobody here fits.</p>}
      </div>
      <Key breaks={breaks.length > 0} />
    </div>
  );
}

function bySite(people: readonly PersonTime[]): [string, PersonTime[]][] {
  const sites = new Map<string, PersonTime[]>();
  for (const person of people) {
    const site = person.site_name || "No site";
    sites.set(site, [...(sites.get(site) ?? []), person]);
  }
  return [...sites];
}
