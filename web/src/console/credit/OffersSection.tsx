import { useState } from "preact/hooks";
import { changeSessionCredit, type Offer, type SessionCredit } from "../../api/credit";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Switch } from "../../ui/Switch";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

export interface SessionCreditProps {
  session: Session;
  credit: SessionCredit;
  onSaved(credit: SessionCredit): void;
}

/** Which credit of its program a session offers, and for how many minutes it is designated. */
export function OffersSection({ session, credit, onSaved }: SessionCreditProps) {
  return (
    <Section title="Offers">
      <div class="card">
        {credit.offers.length === 0 && (
          <p>
            {session.program_id ? (
              <>
                No credit is set up for its program.{" "}
                <a href={addressOf({ name: "program-credit", id: session.program_id })}>Set it up</a>
              </>
            ) : (
              "A session on its own offers no credit; certificates can be issued."
            )}
          </p>
        )}
        {credit.offers.map((offer) => (
          <OfferRow key={offer.credit_type_id} session={session} offer={offer} onSaved={onSaved} />
        ))}
      </div>
    </Section>
  );
}

function OfferRow(props: { session: Session; offer: Offer; onSaved(credit: SessionCredit): void }) {
  const { session, offer, onSaved } = props;
  const [minutes, setMinutes] = useState<string | null>(null);
  const action = useAction();
  const typed = minutes?.trim() ?? "";
  const wrong = typed !== "" && !/^[1-9]\d{0,3}$/.test(typed);

  async function put(offered: boolean, own: number | null, said: string) {
    const offers = [{ credit_type_id: offer.credit_type_id, offered, designated_minutes: own }];
    const work = async () => onSaved(await changeSessionCredit(session.id, { offers }));
    if (await action.run(work, said)) setMinutes(null);
  }

  return (
    <div class="offer">
      <Switch
        on={offer.offered}
        onChange={(on) =>
          void put(on, offer.own_minutes, `${offer.name} is ${on ? "offered" : "not offered"}.`)
        }
      >
        {offer.name}
        <span class="field-note form-switch-note">
          {offer.offered ? `At most ${plural(offer.designated_minutes, "minute")}` : "Not offered"}
        </span>
      </Switch>
      {offer.offered && minutes === null && (
        <Button
          kind="quiet"
          class="offer-change"
          aria-label={`Change the maximum of ${offer.name}`}
          onClick={() => setMinutes(offer.own_minutes === null ? "" : String(offer.own_minutes))}
        >
          {offer.own_minutes === null ? "Another maximum…" : "Change the maximum…"}
        </Button>
      )}
      {minutes !== null && (
        <form
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!wrong) void put(true, typed ? Number(typed) : null, "The maximum is changed.");
          }}
        >
          <Field
            label="Maximum of this session, in minutes"
            note="Empty: as the credit says."
            inputMode="numeric"
            maxLength={4}
            autoComplete="off"
            value={minutes}
            onValue={setMinutes}
            error={wrong ? "Write whole minutes." : undefined}
          />
          <div class="form-actions">
            <Button type="submit" kind="primary" disabled={action.busy || wrong}>
              Save
            </Button>
            <Button onClick={() => setMinutes(null)}>Keep</Button>
          </div>
        </form>
      )}
      <Problem words={action.problem} />
    </div>
  );
}
