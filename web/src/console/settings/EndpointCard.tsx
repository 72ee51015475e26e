import type { WebhookEndpoint } from "../../api/webhooks";
import { Icon } from "../../ui/Icon";
import { circleAlert, circleCheck } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { endpointDetail, endpointState, hostOf, wantedWords } from "../logic/webhooks";
import { now } from "../state/clock";

/** One address among the others: whether it hears, and the way to all about it. */
export function EndpointCard({ endpoint }: { endpoint: WebhookEndpoint }) {
  const detail = endpointDetail(endpoint, now.value);
  return (
    <article class="card endpoint-card">
      <div class="endpoint-head">
        <div>
          <h3>
            <a href={addressOf({ name: "updates", id: endpoint.id })}>
              {endpoint.description || hostOf(endpoint.url)}
            </a>
          </h3>
          <p class="muted small link-text">{endpoint.url}</p>
        </div>
        <EndpointState endpoint={endpoint} />
      </div>
      <p>{detail || wantedWords(endpoint)}</p>
    </article>
  );
}

/** Whether it hears, in a word or two. */
export function EndpointState({ endpoint }: { endpoint: WebhookEndpoint }) {
  const state = endpointState(endpoint);
  return (
    <span class={`endpoint-state endpoint-${state.look}`}>
      {state.look !== "off" && <Icon of={state.look === "good" ? circleCheck : circleAlert} />}
      {state.words}
    </span>
  );
}
