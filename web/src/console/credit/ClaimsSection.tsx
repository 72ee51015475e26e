import { useState } from "preact/hooks";
import { type Claim, type ClaimFilter, listClaims, withdrawClaim } from "../../api/credit";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { chevronDown } from "../../ui/icons";
import { claimStateWords, claimWords, editionName, historyWords } from "../logic/claims";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { capital, dayWords, lengthWords, plural } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { Problem } from "../parts/Problem";
import { ReasonForm } from "../parts/ReasonForm";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { useList } from "../state/use-list";

export interface ClaimsSectionProps {
  filter: ClaimFilter;
  /** What the rows are named by: on the page of a session its people, on that of a person their sessions. */
  names: "person" | "session" | "both";
  title?: string;
}

/** Credit that was claimed, each with what it stands on. */
export function ClaimsSection({ filter, names, title = "Claims" }: ClaimsSectionProps) {
  const list = useList(
    `claims ${JSON.stringify(filter)}`,
    (cursor) => listClaims(filter, cursor),
    null, // every look is noted: not by itself
  );
  return (
    <Section title={title} aside={list.items.length > 0 && `${list.items.length}${list.longer ? "+" : ""}`}>
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title="Nothing is claimed yet">
          Learners claim on their own page, which they are offered on leaving and by mail.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel" onKeyDown={listKeys}>
          {list.items.map((claim) => (
            <ClaimRow key={claim.id} claim={claim} names={names} onChanged={() => void list.reload()} />
          ))}
        </ul>
      )}
      {list.longer && (
        <Button disabled={list.busy} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
    </Section>
  );
}

interface ClaimRowProps {
  claim: Claim;
  names: ClaimsSectionProps["names"];
  onChanged(): void;
}

function ClaimRow({ claim, names, onChanged }: ClaimRowProps) {
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const about =
    names === "person"
      ? ""
      : `${claim.session_title}, ${dayWords(new Date(claim.starts_at), claim.zone, now.value)}`;

  async function withdraw(reason: string) {
    if (!(await action.run(() => withdrawClaim(claim.id, reason), "The claim is taken back."))) return;
    setAsking(false);
    onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <button type="button" class="row-button" data-row aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="row-title">{names === "session" ? about : claim.person_name}</span>
          <Icon of={chevronDown} class={open ? "row-opener row-opened" : "row-opener"} />
        </button>
        <span class="row-note">
          {claim.state === "claimed" ? claimWords(claim) : <s>{claimWords(claim)}</s>}
          {`, ${plural(claim.minutes, "minute")}`}
        </span>
        {names === "both" && <span class="row-note small">{about}</span>}
      </div>
      {claim.state !== "claimed" && <span class="status">{claimStateWords(claim.state)}</span>}
      {claim.history.length > 0 && claim.state === "claimed" && <span class="status">Amended</span>}
      {open && (
        <div class="row-more claim-more">
          <p>
            Claimed {stampWords(claim.claimed_at, claim.zone, now.value)}, from{" "}
            {lengthWords(claim.counted_seconds)} counted. {claim.basis.why.join(" ")}
          </p>
          {historyWords(claim).map((words) => (
            <p key={words}>{words}</p>
          ))}
          <p class="muted">“{claim.attestation}”</p>
          <details class="more">
            <summary>What it stands on</summary>
            <p class="muted small link-text">
              {capital(editionName(claim.basis.edition))},{" "}
              {plural(claim.basis.events.length, "entry", "entries")}: {claim.basis.events.join(", ")}. Seal:{" "}
              {claim.basis.head}
            </p>
          </details>
          <div class="card-actions">
            <a class="button" href={addressOf({ name: "attendance", id: claim.session_id })}>
              See attendance
            </a>
            <a class="button" href={addressOf({ name: "person", id: claim.person_id })}>
              Open person
            </a>
            {claim.state === "claimed" && !asking && (
              <Button kind="quiet" onClick={() => setAsking(true)}>
                Take back…
              </Button>
            )}
          </div>
          {asking && (
            <ReasonForm
              label="Why is the claim taken back?"
              confirm="Take back"
              busy={action.busy}
              problem={action.problem}
              onReason={(reason) => void withdraw(reason)}
              onClose={() => setAsking(false)}
            />
          )}
        </div>
      )}
    </li>
  );
}
