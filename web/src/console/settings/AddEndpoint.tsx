import { useState } from "preact/hooks";
import { ApiError, wordsOf } from "../../api/problem";
import { createEndpoint, type NewEndpoint } from "../../api/webhooks";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Field } from "../../ui/Field";
import { Sheet } from "../../ui/Sheet";
import { hostOf } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";

/** The side sheet that adds an address. */
export function AddEndpoint({ onClose, onMade }: { onClose(): void; onMade(endpoint: NewEndpoint): void }) {
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function add() {
    setBusy(true);
    setError(null);
    setProblem("");
    try {
      onMade(await createEndpoint(url.trim(), description.trim()));
    } catch (failed) {
      if (noticeSignedOut(failed)) return;
      const refused = failed instanceof ApiError ? failed : null;
      setError(refused);
      const atField = refused?.forField("url") ?? refused?.forField("description");
      setProblem(atField ? "" : wordsOf(failed));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet title="Add address" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Field
          label="Address"
          type="url"
          inputMode="url"
          autoComplete="off"
          placeholder="https://scheduling.example.org/hooks/echo"
          note="The scheduling system names it where it is set up for webhooks."
          value={url}
          onValue={setUrl}
          error={error?.forField("url")}
          data-autofocus
        />
        <Field
          label="Name"
          note="So that you know which system it is; may stay empty."
          value={description}
          onValue={setDescription}
          error={error?.forField("description")}
          autoComplete="off"
        />
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy || !url.trim()}>
            Add
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Sheet>
  );
}

/** The signing secret, the one time that it is shown. */
export function ShowSecret({ endpoint, onDone }: { endpoint: NewEndpoint; onDone(): void }) {
  return (
    <Banner kind="good" title={`Signing secret of ${endpoint.description || hostOf(endpoint.url)}`}>
      <p>
        Give this secret to the scheduling system; it proves that updates come from here. It is shown only
        now.
      </p>
      <code class="secret">{endpoint.secret}</code>
      <div class="card-actions">
        <CopyButton text={endpoint.secret} kind="primary">
          Copy secret
        </CopyButton>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
    </Banner>
  );
}
