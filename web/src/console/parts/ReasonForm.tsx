import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Problem } from "./Problem";

export interface ReasonFormProps {
  /** The question: "Why is it taken back?". */
  label: string;
  /** What the button says that does it. */
  confirm: string;
  busy: boolean;
  problem: string;
  onReason(reason: string): void;
  onClose(): void;
}

/** Asks in place why something is done; without a reason it is not. */
export function ReasonForm({ label, confirm, busy, problem, onReason, onClose }: ReasonFormProps) {
  const [reason, setReason] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  return (
    <form
      class="reason"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) onReason(reason.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Field label={label} value={reason} onValue={setReason} maxLength={500} autoComplete="off" />
      <div class="form-actions">
        <Button type="submit" kind="primary" disabled={busy || !reason.trim()}>
          {confirm}
        </Button>
        <Button onClick={onClose}>Keep</Button>
      </div>
      <Problem words={problem} />
    </form>
  );
}
