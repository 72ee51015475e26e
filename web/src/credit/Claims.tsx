import { useState } from "preact/hooks";
import { type CreditOffer, claimCredit, type Learner, readLearner } from "../api/learner";
import { wordsOf } from "../api/problem";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Check } from "../ui/Checks";
import { Icon } from "../ui/Icon";
import { circleCheck } from "../ui/icons";
import { announce } from "../ui/LiveRegion";
import { amountOf, inOrder } from "./words";

export interface ClaimsProps {
  token: string;
  learner: Learner;
  onDone(learner: Learner): void;
}

/** What the session offers: attest once, then claim what applies. */
export function Claims({ token, learner, onDone }: ClaimsProps) {
  const [attested, setAttested] = useState(false);
  const [wanting, setWanting] = useState("");
  const [problem, setProblem] = useState("");
  const [missing, setMissing] = useState("");
  const { types, closed } = learner;
  if (types.length === 0) return null;
  const open = types.some((offer) => offer.eligible && offer.claimed?.state !== "claimed") && !closed;

  async function claim(offer: CreditOffer) {
    if (!attested) {
      setMissing("Tick this first.");
      document.querySelector<HTMLInputElement>(".credit-attest input")?.focus();
      return;
    }
    setWanting(offer.id);
    setProblem("");
    try {
      onDone(await claimCredit(token, offer.id, learner.attestation));
      announce(`Claimed: ${offer.name}, ${offer.credit}.`);
      requestAnimationFrame(() => document.getElementById(offer.id)?.focus());
    } catch (error) {
      setProblem(wordsOf(error));
      setAttested(false);
      readLearner(token).then(onDone, () => undefined); // something is different now
    } finally {
      setWanting("");
    }
  }

  return (
    <section class="credit-claims" aria-labelledby="credit">
      <h2 id="credit">Credit</h2>
      {closed && <p class="muted">{closed}</p>}
      {open && (
        <div class="credit-attest">
          <Check
            on={attested}
            onChange={(on) => {
              setAttested(on);
              setMissing("");
            }}
            error={missing || undefined}
          >
            {learner.attestation}
          </Check>
        </div>
      )}
      {problem && <Banner kind="problem">{problem}</Banner>}
      <ul class="credit-types">
        {inOrder(types).map((offer) => (
          <Offer
            key={offer.id}
            offer={offer}
            closed={Boolean(closed)}
            busy={wanting === offer.id}
            onClaim={() => {
              if (!wanting) void claim(offer);
            }}
          />
        ))}
      </ul>
      <p class="muted">The accredited provider alone issues credit; the hub hands it what you claim here.</p>
    </section>
  );
}

interface OfferProps {
  offer: CreditOffer;
  closed: boolean;
  busy: boolean;
  onClaim(): void;
}

function Offer({ offer, closed, busy, onClaim }: OfferProps) {
  const { claimed } = offer;
  const done = claimed?.state === "claimed";
  const amount = amountOf(offer);
  return (
    <li class={offer.standing === "none" && !done ? "credit-type credit-none" : "credit-type"}>
      <div class="credit-type-head">
        <div>
          <h3 id={offer.id} tabIndex={-1}>
            {offer.name}
          </h3>
          <p class="muted">{offer.provider}</p>
        </div>
        {amount && <span class="credit-amount">{amount}</span>}
      </div>
      {done ? (
        <p class="credit-done">
          <Icon of={circleCheck} />
          Claimed
        </p>
      ) : (
        offer.why.map((sentence) => <p key={sentence}>{sentence}</p>)
      )}
      {claimed?.changed && <p class="muted">{claimed.changed}</p>}
      {offer.eligible && !done && !closed && (
        <Button kind="primary" wide onClick={onClaim} disabled={busy}>
          {busy ? "Claiming…" : `Claim ${offer.credit}`}
        </Button>
      )}
      {offer.statement && (
        <details>
          <summary>What the provider says</summary>
          <p class="credit-statement">{offer.statement}</p>
        </details>
      )}
    </li>
  );
}
