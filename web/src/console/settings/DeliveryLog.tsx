import { useEffect, useState } from "preact/hooks";
import { type DeliveryState, listDeliveries, type WebhookEndpoint } from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { circleAlert, circleCheck, clock } from "../../ui/icons";
import { browserZone, capital, dayAndClock, zoneName } from "../logic/time";
import { deliveryWords, eventWords } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { Segments } from "../parts/SearchField";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useList } from "../state/use-list";
import { DeliverySheet } from "./DeliverySheet";

const LOOK = { delivered: circleCheck, pending: clock, failed: circleAlert } as const;
const FILTERS: readonly { value: "" | DeliveryState; words: string }[] = [
  { value: "", words: "All" },
  { value: "pending", words: "On the way" },
  { value: "delivered", words: "Received" },
  { value: "failed", words: "Given up" },
];

export interface DeliveryLogProps {
  endpoint: WebhookEndpoint;
  /** Another number reads the list anew. */
  turn: number;
  onChanged(): void;
}

/** What the address was told, latest first, and what became of each. */
export function DeliveryLog({ endpoint, turn, onChanged }: DeliveryLogProps) {
  const [state, setState] = useState<"" | DeliveryState>("");
  const [shown, setShown] = useState("");
  const list = useList(
    `${endpoint.id} ${state}`,
    (cursor) => listDeliveries(endpoint.id, { ...(state && { state }), ...(cursor && { cursor }) }),
    5_000,
  );
  const { reload } = list;
  useEffect(() => {
    if (turn > 0) void reload();
  }, [turn, reload]);
  const zone = browserZone();
  return (
    <Section title="Updates">
      <div class="list-search">
        <Segments
          legend="Which updates"
          name="delivery-state"
          options={FILTERS}
          value={state}
          onValue={setState}
        />
      </div>
      <p class="muted small">Times are {zoneName(zone)}.</p>
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title={state ? "No update in this state" : "Nothing was sent yet"}>
          {state
            ? "Look at all of them."
            : "Updates begin with the next thing that happens. A test shows whether they arrive."}
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((one) => (
            <li key={one.id} class="row">
              <Icon of={LOOK[one.state]} class={`delivery-${one.state}`} />
              <div class="row-main">
                <span class="row-title">
                  {eventWords(one.event_type)}
                  <span class="row-about">
                    {capital(dayAndClock(new Date(one.created_at), zone, now.value))}
                  </span>
                </span>
                <span class="row-note">{deliveryWords(one, endpoint, now.value)}</span>
              </div>
              <div class="row-actions">
                <Button
                  kind="quiet"
                  aria-label={`Look at ${eventWords(one.event_type)}`}
                  onClick={() => setShown(one.id)}
                >
                  Look
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {list.longer && (
        <Button disabled={list.busy} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
      {shown && (
        <DeliverySheet
          key={shown}
          id={shown}
          endpoint={endpoint}
          onClose={() => setShown("")}
          onChanged={onChanged}
        />
      )}
    </Section>
  );
}
