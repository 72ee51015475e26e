import { useRef, useState } from "preact/hooks";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { PlainPage } from "../ui/PlainPage";
import { complete, tidyCode } from "./code";

/** Asks for the code that the screen in the room shows. */
export function CodePage({ problem, onCode }: { problem: string; onCode(code: string): Promise<void> }) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState(problem);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  async function run() {
    if (!complete(typed)) {
      setError("Enter all six characters of the code.");
      form.current?.querySelector("input")?.focus();
      return;
    }
    setBusy(true);
    setError("");
    await onCode(tidyCode(typed));
    setBusy(false);
  }

  return (
    <PlainPage title="Check in">
      <p>Several people in front of one camera? Check in here, so that your own time is counted.</p>
      <form
        class="here-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void run();
        }}
      >
        <Field
          label="Code on the screen in the room"
          name="code"
          autoComplete="off"
          maxLength={8}
          required
          value={typed}
          onValue={setTyped}
          error={error || problem || undefined}
        />
        <Button type="submit" kind="primary" wide disabled={busy}>
          {busy ? "One moment…" : "Go on"}
        </Button>
      </form>
    </PlainPage>
  );
}
