import { useState } from "preact/hooks";
import { ApiError, wordsOf } from "../../api/problem";
import { replay, type WebhookEndpoint } from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { announce } from "../../ui/LiveRegion";
import { Sheet } from "../../ui/Sheet";
import { zoneName } from "../../ui/zones";
import { browserZone } from "../logic/time";
import { rangeOf, replayedWords, startOfReplay } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import { now } from "../state/clock";

/** The side sheet that sends all updates of a stretch of time once more. */
export function ReplaySheet(props: { endpoint: WebhookEndpoint; onClose(): void; onDone(): void }) {
  const { endpoint, onClose, onDone } = props;
  const [from, setFrom] = useState(() => startOfReplay(now.value));
  const [until, setUntil] = useState("");
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const range = rangeOf(from, until, now.value);

  async function send() {
    if (!range) return;
    setBusy(true);
    setProblem("");
    try {
      const words = replayedWords(await replay(endpoint.id, range));
      setDone(words);
      announce(words);
      onDone();
    } catch (failed) {
      if (noticeSignedOut(failed)) return;
      const field = failed instanceof ApiError ? (failed.forField("from") ?? failed.forField("until")) : "";
      setProblem(field || wordsOf(failed));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet title="Send again" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>
          Everything that happened in this time is sent once more, in order. A scheduling system that has some
          of it already knows it by its number and takes nothing twice.
        </p>
        <Field
          label="From"
          note={`Both in ${zoneName(browserZone())}`}
          type="datetime-local"
          value={from}
          onValue={setFrom}
          data-autofocus
        />
        <Field
          label="Until"
          note="Empty: until now"
          type="datetime-local"
          value={until}
          onValue={setUntil}
          error={range || !from ? undefined : "The end must lie after the start."}
        />
        <Problem words={problem} />
        {done && <p role="status">{done}</p>}
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy || !range}>
            Send again
          </Button>
          <Button onClick={onClose}>{done ? "Close" : "Not now"}</Button>
        </div>
      </form>
    </Sheet>
  );
}
