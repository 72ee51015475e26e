import { useState } from "preact/hooks";
import {
  approve,
  changeRole,
  decline,
  makeNewLink,
  type RegistrationRecord,
  sendLink,
  withdraw,
} from "../../api/registrations";
import type { Role } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { check, chevronDown, chevronRight, mail, refreshCw, userMinus } from "../../ui/icons";
import { Select } from "../../ui/Select";
import { answerWords, isComing, isIn, registrationWords, stampWords } from "../logic/registrations";
import { ROLES, roleWords } from "../logic/roles";
import { addressOf, type Route } from "../logic/route";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { DeclineButton } from "./DeclineButton";

export interface RegistrationRowProps {
  registration: RegistrationRecord;
  /** What the row is called by: who, or for what. */
  names: "person" | "scope";
  onChanged(): void;
}

/** One registration: how it stands, what can be done about it, and below, on asking, the rest. */
export function RegistrationRow({ registration, names, onChanged }: RegistrationRowProps) {
  const [open, setOpen] = useState(false);
  const action = useAction();
  const { id, person, role, status, scope_title } = registration;
  const title = names === "person" ? person.name : scope_title;
  const about = names === "person" ? [person.site, roleWords(role), person.email] : [roleWords(role)];
  const coming = isComing(registration);

  async function run(work: () => Promise<unknown>, said: string) {
    if (await action.run(work, said)) onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" href={addressOf(routeOf(registration, names))}>
          {title}
        </a>
        <span class="row-note">{about.filter(Boolean).join(", ")}</span>
        {coming &&
          registration.answers.map((answer) => (
            <span key={answer.id} class="row-note small">
              {answer.label} {answerWords(answer.value)}
            </span>
          ))}
        {!isIn(registration) && <span class="status">{registrationWords(status)}</span>}
      </div>
      <div class="row-actions">
        {coming && (
          <>
            <Button
              icon={check}
              disabled={action.busy}
              aria-label={`Approve ${person.name}`}
              onClick={() => void run(() => approve(id), `${person.name} is registered.`)}
            >
              Approve
            </Button>
            <DeclineButton
              name={person.name}
              onDecline={(reason) => run(() => decline(id, reason), `${person.name} is declined.`)}
            />
          </>
        )}
        {isIn(registration) && registration.link && (
          <CopyButton text={registration.link} label={`Copy link of ${person.name}`}>
            Copy link
          </CopyButton>
        )}
        <Button
          kind="quiet"
          icon={open ? chevronDown : chevronRight}
          aria-expanded={open}
          aria-label={`More about ${title}`}
          title="More"
          onClick={() => setOpen(!open)}
        />
      </div>
      {open && <More registration={registration} busy={action.busy} run={run} />}
      <Problem words={action.problem} />
    </li>
  );
}

interface MoreProps {
  registration: RegistrationRecord;
  busy: boolean;
  run(work: () => Promise<unknown>, said: string): Promise<void>;
}

function More({ registration, busy, run }: MoreProps) {
  const { id, person, role, created_at, decided_at, answers, consents } = registration;
  const when = (at: string) => stampWords(at, browserZone(), now.value);
  return (
    <div class="row-more">
      <p class="muted small">
        On the list since {when(created_at)}.{decided_at && ` Decided ${when(decided_at)}.`}
      </p>
      {answers.length + consents.length > 0 && (
        <dl class="facts">
          {answers.map((answer) => (
            <div key={answer.id}>
              <dt>{answer.label}</dt>
              <dd>{answerWords(answer.value)}</dd>
            </div>
          ))}
          {consents.map((consent) => (
            <div key={consent.id}>
              <dt>{consent.title}</dt>
              <dd>Agreed {when(consent.agreed_at)}</dd>
            </div>
          ))}
        </dl>
      )}
      {isIn(registration) && (
        <>
          <Select
            label="Role"
            options={ROLES.map((one) => ({ value: one.role, label: `${one.words}: ${one.says}` }))}
            value={role}
            onValue={(next) =>
              void run(() => changeRole(registration, next as Role), `The role of ${person.name} is changed.`)
            }
          />
          <div class="card-actions">
            <Button
              icon={mail}
              disabled={busy}
              onClick={() => void run(() => sendLink(id), `The link is mailed to ${person.name}.`)}
            >
              Mail the link again
            </Button>
            <ConfirmButton
              icon={refreshCw}
              question={`Mail a new link to ${person.name}? The one before stops working.`}
              confirm="New link"
              keep="Keep"
              onConfirm={() => run(() => makeNewLink(id, true), `A new link is mailed to ${person.name}.`)}
            >
              New link
            </ConfirmButton>
            <ConfirmButton
              icon={userMinus}
              question={`Take ${person.name} off the list? Their link stops working, and the first on the waiting list moves up.`}
              confirm="Take off"
              keep="Keep"
              onConfirm={() => run(() => withdraw(id), `${person.name} is off the list.`)}
            >
              Take off the list
            </ConfirmButton>
          </div>
        </>
      )}
    </div>
  );
}

function routeOf(registration: RegistrationRecord, names: "person" | "scope"): Route {
  if (names === "person") return { name: "person", id: registration.person.id };
  if (registration.series_id) return { name: "series", id: registration.series_id };
  if (registration.program_id) return { name: "program", id: registration.program_id };
  return { name: "session", id: registration.session_id ?? "" };
}
