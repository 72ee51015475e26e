import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";

/** Asks in place for a reason, which is mailed with the answer, before it declines. */
export function DeclineButton({
  name,
  onDecline,
}: {
  name: string;
  onDecline(reason: string): Promise<unknown>;
}) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const returning = useRef(false);
  useLayoutEffect(() => {
    if (asked) form.current?.querySelector("input")?.focus();
    else if (returning.current) first.current?.focus();
    returning.current = asked;
  }, [asked]);

  async function run() {
    setBusy(true);
    try {
      await onDecline(reason.trim());
      setAsked(false);
    } finally {
      setBusy(false);
    }
  }

  if (!asked) {
    return (
      <Button aria-label={`Decline ${name}`} buttonRef={first} onClick={() => setAsked(true)}>
        Decline
      </Button>
    );
  }
  return (
    <form
      ref={form}
      class="confirm decline"
      aria-label={`Decline ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        setAsked(false);
      }}
    >
      <Field
        label={`Decline ${name}?`}
        note="A reason is mailed with the answer; it may stay empty."
        value={reason}
        onValue={setReason}
        maxLength={500}
      />
      <span class="confirm-answers">
        <Button type="submit" kind="danger" disabled={busy}>
          Decline
        </Button>
        <Button disabled={busy} onClick={() => setAsked(false)}>
          Not now
        </Button>
      </span>
    </form>
  );
}
