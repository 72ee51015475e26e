import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button";

export interface ConfirmButtonProps {
  /** The button before the question. */
  children?: ComponentChildren;
  icon?: string;
  kind?: "plain" | "danger" | "quiet";
  /** Read out instead of `children`: "Remove Ana Ortiz". */
  label?: string;
  /** What would happen, ending with a question mark or a full stop. */
  question: ComponentChildren;
  /** What the red button says. */
  confirm: string;
  /** What the button that changes nothing says. */
  keep: string;
  onConfirm(): unknown;
}

/**
 * A button that asks in place before it does something that cannot be undone. The harmless answer gets the focus and
 * lies where the button was, so that a double click changes nothing.
 */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { children, icon, kind = "plain", label, question, confirm, keep, onConfirm } = props;
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const safe = useRef<HTMLButtonElement>(null);
  const returning = useRef(false);
  useLayoutEffect(() => {
    if (asked) safe.current?.focus();
    else if (returning.current) first.current?.focus();
    returning.current = asked;
  }, [asked]);

  async function run() {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
      setAsked(false);
    }
  }

  if (!asked) {
    const named = label ? { "aria-label": label, title: label } : {};
    return (
      <Button kind={kind} icon={icon} buttonRef={first} onClick={() => setAsked(true)} {...named}>
        {children}
      </Button>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would promise form fields
    <div
      class="confirm"
      role="group"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        setAsked(false);
      }}
    >
      <span class="confirm-question">{question}</span>
      <span class="confirm-answers">
        <Button kind="danger" disabled={busy} onClick={run}>
          {confirm}
        </Button>
        <Button buttonRef={safe} disabled={busy} onClick={() => setAsked(false)}>
          {keep}
        </Button>
      </span>
    </div>
  );
}
