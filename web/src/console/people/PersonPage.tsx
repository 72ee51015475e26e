import { useState } from "preact/hooks";
import type { Tagged } from "../../api/http";
import { changePerson, listPersonRegistrations, type PersonRecord, readPerson } from "../../api/people";
import { reportFiles } from "../../api/reports";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft, pencil } from "../../ui/icons";
import { aboutPerson } from "../logic/people";
import { addressOf } from "../logic/route";
import { zoneName } from "../logic/time";
import { MailList } from "../mail/MailList";
import { DownloadMenu } from "../parts/DownloadMenu";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { RegistrationRow } from "../registrations/RegistrationRow";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { CreditOfPerson } from "./CreditOfPerson";
import { Erased, EraseSection } from "./EraseSection";
import { FeedSection } from "./FeedSection";
import { MergesSection } from "./MergesSection";
import { PersonSheet } from "./PersonSheet";

/** Everything about one person: how to reach them, where they take part, who they turned out to be. */
export function PersonPage({ id }: { id: string }) {
  const person = useResource(id, () => readPerson(id), 30_000);
  const [changing, setChanging] = useState<Tagged<PersonRecord> | null>(null);
  const found = person.value?.value;
  return (
    <>
      <a class="back" href={addressOf({ name: "people" })}>
        <Icon of={arrowLeft} />
        People
      </a>
      <Problem words={person.problem} retry={() => void person.reload()} />
      {found?.erased && (
        <>
          <PageHead title={found.name} />
          <Erased id={id} />
        </>
      )}
      {found && !found.erased && (
        <>
          <PageHead
            title={found.name}
            mark={!found.matched && <span class="status">Not confirmed</span>}
            lines={<p class="muted">{aboutPerson(found)}</p>}
            actions={
              <>
                <Button icon={pencil} onClick={() => setChanging(person.value ?? null)}>
                  Change
                </Button>
                <DownloadMenu
                  words="Attendance"
                  label={`Download where ${found.name} was`}
                  files={reportFiles({ kind: "people", id })}
                />
              </>
            }
          />
          {found.merged_into && (
            <Banner
              title="This is another record of the same person"
              action={
                <a class="button" href={addressOf({ name: "person", id: found.merged_into })}>
                  Open that person
                </a>
              }
            >
              Everything counts for the record that was kept. If that was wrong, undo it below.
            </Banner>
          )}
          {!found.matched && <Unconfirmed person={found} onConfirmed={() => void person.reload()} />}
          <div class="columns-room">
            <div class="columns">
              <div class="column-main">
                <Reach person={found} />
                <Registrations id={id} />
                <CreditOfPerson id={id} />
                <MailList filter={{ person_id: id }} title="Mail to this person" quiet />
              </div>
              <div class="column-side">
                <MergesSection person={found} onChanged={() => void person.reload()} />
                <FeedSection person={found} onChanged={() => void person.reload()} />
                {!found.merged_into && <EraseSection person={found} onErased={() => void person.reload()} />}
              </div>
            </div>
          </div>
        </>
      )}
      {changing && (
        <PersonSheet
          change={changing}
          onClose={() => setChanging(null)}
          onSaved={() => void person.reload()}
        />
      )}
    </>
  );
}

/** Somebody who registered and whom nobody has looked at. */
function Unconfirmed({ person, onConfirmed }: { person: PersonRecord; onConfirmed(): void }) {
  const action = useAction();

  async function confirm() {
    const done = action.run(
      () => changePerson(person.id, { matched: true }, `"${person.revision}"`),
      `${person.name} is confirmed.`,
    );
    if (await done) onConfirmed();
  }

  return (
    <>
      <Banner
        title="Only this person's own word says who it is"
        action={
          <Button disabled={action.busy} onClick={() => void confirm()}>
            Confirm
          </Button>
        }
      >
        Are they here already, under another address? Then put the two records together. Otherwise confirm
        them.
      </Banner>
      <Problem words={action.problem} />
    </>
  );
}

/** How to reach somebody. */
function Reach({ person }: { person: PersonRecord }) {
  return (
    <Section title="Contact">
      <dl class="card facts reach">
        <div>
          <dt>E-mail</dt>
          <dd>{person.email || "None"}</dd>
          {person.emails.map(({ value, label }) => (
            <dd key={value}>{label ? `${value} (${label})` : value}</dd>
          ))}
        </div>
        {person.phones.length > 0 && (
          <div>
            <dt>Phone</dt>
            {person.phones.map(({ value, label }) => (
              <dd key={value}>
                <a href={`tel:${value}`}>{value}</a>
                {label && ` (${label})`}
              </dd>
            ))}
          </div>
        )}
        <div>
          <dt>Site</dt>
          <dd>
            {person.site ? (
              <a href={addressOf({ name: "people", site: person.site.id })}>{person.site.name}</a>
            ) : (
              "Not known"
            )}
          </dd>
        </div>
        {person.zone && (
          <div>
            <dt>Time zone</dt>
            <dd>{zoneName(person.zone)}</dd>
          </div>
        )}
      </dl>
    </Section>
  );
}

function Registrations({ id }: { id: string }) {
  const list = useResource(id, () => listPersonRegistrations(id), 30_000);
  const found = list.value ?? [];
  return (
    <Section title="Takes part in" aside={found.length > 0 && found.length}>
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.value && found.length === 0 && (
        <Empty title="Registered for nothing">
          Add this person on the page of a program, a series or a session.
        </Empty>
      )}
      {found.length > 0 && (
        <ul class="rows panel">
          {found.map((one) => (
            <RegistrationRow
              key={one.id}
              registration={one}
              names="scope"
              onChanged={() => void list.reload()}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}
