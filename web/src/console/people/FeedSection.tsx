import { makePersonFeed, type PersonRecord, revokePersonFeed } from "../../api/people";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { calendarPlus } from "../../ui/icons";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

/** A calendar address with all sessions of a person. Whoever has it may read, until it is stopped. */
export function FeedSection({ person, onChanged }: { person: PersonRecord; onChanged(): void }) {
  const action = useAction();
  const { id, name, feed } = person;

  async function run(work: () => Promise<unknown>, said: string) {
    if (await action.run(work, said)) onChanged();
  }

  return (
    <Section title="Calendar address">
      <div class="card">
        <p class="muted small">
          All sessions of {name}, kept up to date in their own calendar. Whoever has the address can read it.
        </p>
        {feed && <p class="link-line">{feed}</p>}
        <div class="card-actions">
          {feed ? (
            <>
              <CopyButton text={feed}>Copy address</CopyButton>
              <ConfirmButton
                kind="quiet"
                question="Stop this address? Calendars that use it get nothing new."
                confirm="Stop it"
                keep="Keep"
                onConfirm={() => run(() => revokePersonFeed(id), "The address works no more.")}
              >
                Stop it
              </ConfirmButton>
            </>
          ) : (
            <Button
              icon={calendarPlus}
              disabled={action.busy}
              onClick={() => void run(() => makePersonFeed(id), "The address is made.")}
            >
              Make an address
            </Button>
          )}
        </div>
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
