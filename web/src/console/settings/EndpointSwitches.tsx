import { useState } from "preact/hooks";
import {
  changeEndpoint,
  pauseEndpoint,
  resumeEndpoint,
  sendTest,
  type WebhookEndpoint,
} from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Problem } from "../parts/Problem";
import { useAction } from "../state/use-action";
import { ReplaySheet } from "./ReplaySheet";

/** Pause and go on, a test, sending again, off and on. */
export function EndpointSwitches({ endpoint, onChanged }: { endpoint: WebhookEndpoint; onChanged(): void }) {
  const action = useAction();
  const [replaying, setReplaying] = useState(false);
  const { id, status } = endpoint;

  async function run(work: () => Promise<unknown>, said: string) {
    if (await action.run(work, said)) onChanged();
  }

  const set = (to: "enabled" | "disabled", said: string) =>
    run(() => changeEndpoint(id, { status: to }), said);
  if (status === "disabled") {
    return (
      <>
        <div class="card-actions">
          <Button kind="primary" disabled={action.busy} onClick={() => void set("enabled", "Switched on.")}>
            Switch on
          </Button>
        </div>
        <Problem words={action.problem} />
      </>
    );
  }
  return (
    <>
      <div class="card-actions">
        {status === "paused" ? (
          <Button
            kind="primary"
            disabled={action.busy}
            onClick={() => void run(() => resumeEndpoint(id), "Updates go on.")}
          >
            Go on
          </Button>
        ) : (
          <Button
            disabled={action.busy}
            onClick={() => void run(() => pauseEndpoint(id), "Updates wait until you go on.")}
          >
            Pause
          </Button>
        )}
        <Button
          disabled={action.busy}
          onClick={() =>
            void run(() => sendTest(id), "A test is on its way; the list shows what came of it.")
          }
        >
          Send a test
        </Button>
        <Button disabled={action.busy} onClick={() => setReplaying(true)}>
          Send again
        </Button>
        <ConfirmButton
          question="Switch off? What happens meanwhile is not sent, also not later. To keep it, pause instead."
          confirm="Switch off"
          keep="Leave on"
          onConfirm={() => set("disabled", "Switched off.")}
        >
          Switch off
        </ConfirmButton>
      </div>
      <Problem words={action.problem} />
      {replaying && (
        <ReplaySheet endpoint={endpoint} onClose={() => setReplaying(false)} onDone={onChanged} />
      )}
    </>
  );
}
