import { useState } from "preact/hooks";
import { makePersonFeed, type PersonRecord, revokePersonFeed } from "../../api/people";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { calendarPlus } from "../../ui/icons";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

/** A calendar address with all sessions of a person. It is shown when it is made; who has it may read. */
export function FeedSection({ person }: { person: PersonRecord }) {
  const [feed, setFeed] = useState("");
  const action = useAction();
  const make = () => action.run(async () => setFeed(await makePersonFeed(person.id)), "The address is made.");

  async function revoke() {
    if (await action.run(() => revokePersonFeed(person.id), "The address works no more.")) setFeed("");
  }

  return (
    <Section title="Calendar address">
      <div class="card">
        <p class="muted small">
          All sessions of {person.name}, kept up to date in their own calendar. Whoever has the address can
          read it.
        </p>
        {feed && <p class="link-line">{feed}</p>}
        <div class="card-actions">
          {feed ? (
            <CopyButton text={feed}>Copy address</CopyButton>
          ) : (
            <Button icon={calendarPlus} disabled={action.busy} onClick={() => void make()}>
              Show address
            </Button>
          )}
          <ConfirmButton
            kind="quiet"
            question="Stop this address? Calendars that use it get nothing new."
            confirm="Stop it"
            keep="Keep"
            onConfirm={revoke}
          >
            Stop it
          </ConfirmButton>
        </div>
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
