import { useState } from "preact/hooks";
import { ApiError } from "../../api/problem";
import {
  deleteEndpoint,
  type NewEndpoint,
  readEndpoint,
  renewSecret,
  type WebhookEndpoint,
} from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Icon } from "../../ui/Icon";
import { arrowLeft, keyRound, pencil, trash2 } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { browserZone, dayAndClock } from "../logic/time";
import { endpointDetail, hostOf, wantedWords } from "../logic/webhooks";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { ShowSecret } from "./AddEndpoint";
import { DeliveryLog } from "./DeliveryLog";
import { EditEndpoint } from "./EditEndpoint";
import { EndpointState } from "./EndpointCard";
import { EndpointSwitches } from "./EndpointSwitches";

/** One address that is told of what happens: whether it hears, what it was told, and what can be done. */
export function EndpointPage({ id }: { id: string }) {
  const endpoint = useResource(id, () => readEndpoint(id), 5_000);
  const found = endpoint.value;
  return (
    <>
      <a class="back" href={addressOf({ name: "settings" })}>
        <Icon of={arrowLeft} />
        Settings
      </a>
      <Problem words={endpoint.problem} retry={() => void endpoint.reload()} />
      {found && <Found endpoint={found} onChanged={() => void endpoint.reload()} />}
    </>
  );
}

function Found({ endpoint, onChanged }: { endpoint: WebhookEndpoint; onChanged(): void }) {
  const [secret, setSecret] = useState<NewEndpoint | null>(null);
  const [editing, setEditing] = useState(false);
  const [turn, setTurn] = useState(0);
  const detail = endpointDetail(endpoint, now.value);
  const changed = () => {
    setTurn(turn + 1);
    onChanged();
  };
  return (
    <>
      <PageHead
        title={endpoint.description || hostOf(endpoint.url)}
        mark={<EndpointState endpoint={endpoint} />}
        lines={<p class="muted link-text">{endpoint.url}</p>}
        actions={
          <Button icon={pencil} onClick={() => setEditing(true)}>
            Change
          </Button>
        }
      />
      {secret && <ShowSecret endpoint={secret} onDone={() => setSecret(null)} />}
      <div class="card">
        {detail && <p>{detail}</p>}
        <p class={detail ? "muted" : ""}>{wantedWords(endpoint)}</p>
        <EndpointSwitches endpoint={endpoint} onChanged={changed} />
      </div>
      <DeliveryLog endpoint={endpoint} turn={turn} onChanged={changed} />
      <Secret endpoint={endpoint} onSecret={setSecret} onChanged={changed} />
      {editing && (
        <EditEndpoint
          endpoint={endpoint}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            changed();
          }}
        />
      )}
    </>
  );
}

interface SecretProps {
  endpoint: WebhookEndpoint;
  onSecret(endpoint: NewEndpoint): void;
  onChanged(): void;
}

function Secret({ endpoint, onSecret, onChanged }: SecretProps) {
  const action = useAction();
  const until = endpoint.previous_secret_until;
  const both = until !== null && Date.parse(until) > now.value.getTime();

  async function renew() {
    const work = async () => onSecret(await renewSecret(endpoint.id));
    if (await action.run(work, "There is a new secret.")) onChanged();
    window.scrollTo({ top: 0 });
  }

  async function remove() {
    const gone = await action.run(async () => {
      try {
        await deleteEndpoint(endpoint.id);
      } catch (failed) {
        if (!(failed instanceof ApiError && failed.status === 404)) throw failed;
      }
    }, "The address is removed.");
    if (gone) location.hash = addressOf({ name: "settings" });
  }

  return (
    <Section title="Secret and removal">
      <div class="card">
        <p>
          Every update is signed with a secret that only this service and the scheduling system know.
          {both &&
            ` The secret before works until ${dayAndClock(new Date(until), browserZone(), now.value)}.`}
        </p>
        <div class="card-actions">
          <ConfirmButton
            icon={keyRound}
            question="Make a new signing secret? The one in use goes on working for a day."
            confirm="New secret"
            keep="Keep"
            onConfirm={renew}
          >
            New secret
          </ConfirmButton>
          <ConfirmButton
            icon={trash2}
            question="Remove this address? Updates that wait for it are dropped, and so is its list."
            confirm="Remove"
            keep="Keep"
            onConfirm={remove}
          >
            Remove
          </ConfirmButton>
        </div>
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
