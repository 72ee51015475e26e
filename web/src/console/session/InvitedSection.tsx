import { renewLink, uninvite } from "../../api/sessions";
import type { Registration, Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { refreshCw, trash2, userPlus } from "../../ui/icons";
import { roleWords } from "../logic/roles";
import { addressOf } from "../logic/route";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import type { Resource } from "../state/resource";
import { useAction } from "../state/use-action";

export interface InvitedSectionProps {
  session: Session;
  invited: Resource<readonly Registration[]>;
  /** Opens the side sheet that adds people. */
  onAdd(): void;
}

/** The people invited by name, each with a link of their own. */
export function InvitedSection({ session, invited, onAdd }: InvitedSectionProps) {
  const open = session.status === "open" || session.status === "scheduled";
  const people = invited.value ?? [];
  const add = (kind: "plain" | "primary") => (
    <Button kind={kind} icon={userPlus} onClick={onAdd}>
      Add people
    </Button>
  );
  return (
    <Section
      title="Invited"
      aside={people.length > 0 && people.length}
      actions={open && people.length > 0 && add("plain")}
    >
      <Problem words={invited.problem} retry={() => void invited.reload()} />
      {invited.value && people.length === 0 && (
        <Empty title={open ? "Nobody is invited yet" : "Nobody was invited"} action={open && add("primary")}>
          {open
            ? "Add people to give each a personal link: with it nobody has to type a name or wait."
            : session.status === "closed"
              ? "Who came used the public link."
              : "The session was cancelled."}
        </Empty>
      )}
      {people.length > 0 && (
        <ul class="rows panel">
          {people.map((one) => (
            <InvitedRow
              key={one.id}
              session={session}
              registration={one}
              active={open}
              onPut={(next) => invited.put(people.map((old) => (old.id === next.id ? next : old)))}
              onGone={() => invited.put(people.filter((old) => old.id !== one.id))}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface RowProps {
  session: Session;
  registration: Registration;
  /** False once the session is over: links lead nowhere then. */
  active: boolean;
  onPut(registration: Registration): void;
  onGone(): void;
}

function InvitedRow({ session, registration, active, onPut, onGone }: RowProps) {
  const action = useAction();
  const { person, role, link, scope } = registration;
  const standing = scope !== "session";

  async function renew() {
    await action.run(async () => onPut(await renewLink(session.id, registration.id)), "The link is new.");
  }

  async function remove() {
    if (
      await action.run(
        () => uninvite(session.id, registration.id),
        standing ? `${person.name} is left out.` : `${person.name} is removed from the list.`,
      )
    )
      onGone();
  }

  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" href={addressOf({ name: "person", id: person.id })}>
          {person.name}
        </a>
        <span class="row-note">
          {[person.site, roleWords(role), person.email].filter(Boolean).join(", ")}
        </span>
        {standing && <span class="row-note small">Registered for the whole {scope}</span>}
      </div>
      {active && (
        <div class="row-actions">
          <CopyButton text={link} label={`Copy link of ${person.name}`}>
            Copy link
          </CopyButton>
          <ConfirmButton
            kind="quiet"
            icon={refreshCw}
            label={`Make a new link for ${person.name}`}
            question={
              standing
                ? `A new link for every session of this ${scope}? The one before stops working.`
                : "A new link? The one you sent before stops working."
            }
            confirm="New link"
            keep="Keep"
            onConfirm={renew}
          />
          <ConfirmButton
            kind="quiet"
            icon={trash2}
            label={`Remove ${person.name} from the list`}
            question={
              standing
                ? `Leave ${person.name} out of this session? They stay registered for the others.`
                : `Remove ${person.name}? Their link stops working.`
            }
            confirm={standing ? "Leave out" : "Remove"}
            keep="Keep"
            onConfirm={remove}
          />
        </div>
      )}
      <Problem words={action.problem} />
    </li>
  );
}
