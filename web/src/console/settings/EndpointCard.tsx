import { useState } from "preact/hooks";
import {
  changeEndpoint,
  deleteEndpoint,
  type NewEndpoint,
  renewSecret,
  type WebhookEndpoint,
} from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Icon } from "../../ui/Icon";
import { chevronDown, chevronRight, circleAlert, circleCheck, keyRound, trash2 } from "../../ui/icons";
import { Switch } from "../../ui/Switch";
import { endpointDetail, endpointState, hostOf } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { Deliveries } from "./Deliveries";

export interface EndpointCardProps {
  endpoint: WebhookEndpoint;
  onChanged(): void;
  /** A secret to be shown once. */
  onSecret(endpoint: NewEndpoint): void;
}

/** One address: whether it hears, switching it, and what was sent last. */
export function EndpointCard({ endpoint, onChanged, onSecret }: EndpointCardProps) {
  const action = useAction();
  const [shown, setShown] = useState(false);
  const state = endpointState(endpoint);
  const detail = endpointDetail(endpoint, now.value);
  const name = endpoint.description || hostOf(endpoint.url);
  const on = endpoint.status === "enabled";

  async function toggle() {
    const status = on ? "disabled" : "enabled";
    const said = on ? "Updates are switched off." : "Updates are switched on.";
    if (await action.run(() => changeEndpoint(endpoint.id, { status }), said)) onChanged();
  }

  async function renew() {
    await action.run(async () => onSecret(await renewSecret(endpoint.id)), "There is a new secret.");
  }

  async function remove() {
    if (await action.run(() => deleteEndpoint(endpoint.id), `${name} is removed.`)) onChanged();
  }

  return (
    <article class="card">
      <div class="endpoint-head">
        <div>
          <h3>{name}</h3>
          <p class="muted small link-text">{endpoint.url}</p>
        </div>
        <span class={`endpoint-state endpoint-${state.look}`}>
          {state.look !== "off" && <Icon of={state.look === "good" ? circleCheck : circleAlert} />}
          {state.words}
        </span>
      </div>
      {detail && <p>{detail}</p>}
      <div class="endpoint-foot">
        <Switch on={on} onChange={() => void toggle()}>
          Send updates
        </Switch>
        <div class="card-actions">
          <Button
            kind="quiet"
            icon={shown ? chevronDown : chevronRight}
            aria-expanded={shown}
            onClick={() => setShown(!shown)}
          >
            Recent updates
          </Button>
          <ConfirmButton
            kind="quiet"
            icon={keyRound}
            question="Make a new signing secret? The one in use goes on working for a day."
            confirm="New secret"
            keep="Keep"
            onConfirm={renew}
          >
            New secret
          </ConfirmButton>
          <ConfirmButton
            kind="quiet"
            icon={trash2}
            question={`Remove ${name}? Updates that wait for it are dropped.`}
            confirm="Remove"
            keep="Keep"
            onConfirm={remove}
          >
            Remove
          </ConfirmButton>
        </div>
      </div>
      {shown && <Deliveries endpoint={endpoint} />}
      <Problem words={action.problem} />
    </article>
  );
}
