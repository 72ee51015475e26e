import { type DeliveryAttempt, readDelivery, retryDelivery, type WebhookEndpoint } from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Sheet } from "../../ui/Sheet";
import { addressOf } from "../logic/route";
import { browserZone, capital, dayAndClock } from "../logic/time";
import { deliveryWords, eventWords, subjectOf, tryWords } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";

/** The side sheet about one update: what was sent, and what was answered. */
export function DeliverySheet(props: {
  id: string;
  endpoint: WebhookEndpoint;
  onClose(): void;
  onChanged(): void;
}) {
  const { id, endpoint, onClose, onChanged } = props;
  const delivery = useResource(id, () => readDelivery(id), null);
  const action = useAction();
  const found = delivery.value;
  const about = found && subjectOf(found);

  async function again() {
    const said = "It is on its way.";
    if (await action.run(async () => delivery.put(await retryDelivery(id)), said)) onChanged();
  }

  return (
    <Sheet title={found ? eventWords(found.event_type) : "Update"} onClose={onClose}>
      <Problem words={delivery.problem} retry={() => void delivery.reload()} />
      {found && (
        <div class="delivery">
          <p>{deliveryWords(found, endpoint, now.value)}</p>
          <div class="card-actions">
            <Button disabled={action.busy || endpoint.status === "disabled"} onClick={() => void again()}>
              {found.state === "pending" ? "Send now" : "Send again"}
            </Button>
            <Button kind="quiet" onClick={() => void delivery.reload()}>
              Look again
            </Button>
            {about && (
              <a class="button button-quiet" href={addressOf(about)}>
                {`Open the ${about.name}`}
              </a>
            )}
          </div>
          <Problem words={action.problem} />
          <h3>What is sent</h3>
          <Text words={JSON.stringify(found.body, null, 2)} label="Copy" />
          <h3>{found.attempts.length ? "Tries, the latest first" : "Not tried yet"}</h3>
          {found.attempts.map((attempt) => (
            <Try key={attempt.at} attempt={attempt} />
          ))}
        </div>
      )}
    </Sheet>
  );
}

function Try({ attempt }: { attempt: DeliveryAttempt }) {
  const sent = attempt.request.headers ?? {};
  const answered = attempt.response_headers;
  const at = dayAndClock(new Date(attempt.at), browserZone(), now.value);
  return (
    <details class="delivery-try">
      <summary>{`${capital(at)}: ${tryWords(attempt)}`}</summary>
      {attempt.status !== null && !attempt.error.startsWith("answered") && attempt.error && (
        <p>{attempt.error}</p>
      )}
      <h4>Request</h4>
      <Text words={[`POST ${attempt.request.url ?? ""}`, ...headersOf(sent)].join("\n")} />
      {attempt.status !== null && (
        <>
          <h4>Answer</h4>
          <Text
            words={[String(attempt.status), ...headersOf(answered), "", attempt.response_excerpt]
              .join("\n")
              .trim()}
          />
        </>
      )}
    </details>
  );
}

function headersOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function Text({ words, label }: { words: string; label?: string }) {
  return (
    <>
      <pre class="delivery-text">{words}</pre>
      {label && <CopyButton text={words}>{label}</CopyButton>}
    </>
  );
}
