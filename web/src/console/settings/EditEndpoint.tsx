import { useState } from "preact/hooks";
import { ApiError, wordsOf } from "../../api/problem";
import { changeEndpoint, listEventTypes, type WebhookEndpoint } from "../../api/webhooks";
import { Button } from "../../ui/Button";
import { Choices } from "../../ui/Checks";
import { Field } from "../../ui/Field";
import { Sheet } from "../../ui/Sheet";
import { eventWords, subjectsOf } from "../logic/webhooks";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useResource } from "../state/resource";

/** The side sheet that changes an address, its name, and what it is told of. */
export function EditEndpoint(props: { endpoint: WebhookEndpoint; onClose(): void; onSaved(): void }) {
  const { endpoint, onClose, onSaved } = props;
  const types = useResource("event-types", listEventTypes, null);
  const [url, setUrl] = useState(endpoint.url);
  const [description, setDescription] = useState(endpoint.description);
  const [some, setSome] = useState(endpoint.event_types.length > 0);
  const [wanted, setWanted] = useState(endpoint.event_types);
  const [error, setError] = useState<ApiError | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const chosen = some ? wanted : [];
  useUnsaved(
    url !== endpoint.url ||
      description !== endpoint.description ||
      some !== endpoint.event_types.length > 0 ||
      chosen.length !== endpoint.event_types.length ||
      chosen.some((one) => !endpoint.event_types.includes(one)),
  );
  const all = (types.value ?? []).map((one) => one.type);

  async function save() {
    setBusy(true);
    setError(null);
    setProblem("");
    try {
      const fields = { url: url.trim(), description: description.trim() };
      await changeEndpoint(endpoint.id, { ...fields, event_types: chosen });
      unsaved.value = false;
      onSaved();
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
    <Sheet title="Change address" onClose={() => leave(onClose)}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label="Address"
          type="url"
          inputMode="url"
          autoComplete="off"
          value={url}
          onValue={setUrl}
          error={error?.forField("url")}
          data-autofocus
        />
        <Field
          label="Name"
          value={description}
          onValue={setDescription}
          error={error?.forField("description")}
          autoComplete="off"
        />
        <Choices
          label="What it is told of"
          take="one"
          options={[
            { value: "all", label: "Everything, also what is added later" },
            { value: "some", label: "Only what is ticked below" },
          ]}
          chosen={[some ? "some" : "all"]}
          onChosen={([one]) => setSome(one === "some")}
        />
        <Problem words={types.problem} retry={() => void types.reload()} />
        {some &&
          subjectsOf(all).map(({ subject, words, types: kinds }) => (
            <Choices
              key={subject}
              label={words}
              take="some"
              options={kinds.map((kind) => ({ value: kind, label: eventWords(kind) }))}
              chosen={wanted}
              onChosen={setWanted}
            />
          ))}
        <Problem words={problem} />
        <div class="form-actions">
          <Button
            type="submit"
            kind="primary"
            disabled={busy || !url.trim() || (some && wanted.length === 0)}
          >
            Save
          </Button>
          <Button onClick={() => leave(onClose)}>Not now</Button>
        </div>
      </form>
    </Sheet>
  );
}
