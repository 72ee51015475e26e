import { listDeliveries, type WebhookEndpoint } from "../../api/webhooks";
import { Icon } from "../../ui/Icon";
import { circleAlert, circleCheck, clock } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { browserZone, capital, dayAndClock } from "../logic/time";
import { deliveryWords, eventWords } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useResource } from "../state/resource";

const LOOK = { delivered: circleCheck, pending: clock, failed: circleAlert } as const;

/** The newest updates to one address and what became of each. */
export function Deliveries({ endpoint }: { endpoint: WebhookEndpoint }) {
  const deliveries = useResource(endpoint.id, () => listDeliveries(endpoint.id), 5_000);
  const zone = browserZone();
  return (
    <div class="deliveries">
      <Problem words={deliveries.problem} retry={() => void deliveries.reload()} />
      {deliveries.value?.length === 0 && (
        <p class="muted">Nothing was sent yet. Updates begin when a session opens.</p>
      )}
      <ul class="rows">
        {deliveries.value?.map((one) => (
          <li key={one.id} class="row">
            <Icon of={LOOK[one.state]} class={`delivery-${one.state}`} />
            <div class="row-main">
              <span class="row-title">
                <a href={addressOf({ name: "session", id: one.session_id })}>{eventWords(one.event_type)}</a>
                <span class="row-about">
                  {capital(dayAndClock(new Date(one.created_at), zone, now.value))}
                </span>
              </span>
              <span class="row-note">{deliveryWords(one, endpoint, now.value)}</span>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
