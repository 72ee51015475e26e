import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon";
import { circleAlert } from "./icons";

export interface FieldProps {
  label: ComponentChildren;
  value: string;
  onValue(value: string): void;
  /** The keyboard that phones show. */
  inputMode?: "numeric" | "decimal" | "url" | "email" | "tel" | "text";
  /** A sentence under the label that helps to fill it in. */
  note?: ComponentChildren;
  /** What is wrong and what to do; announced with the field. */
  error?: string | undefined;
  type?: "text" | "email" | "tel" | "url" | "search" | "number" | "date" | "time" | "datetime-local";
  name?: string;
  autoComplete?: string;
  placeholder?: string;
  required?: boolean;
  disabled?: boolean;
  maxLength?: number;
  min?: string | number;
  max?: string | number;
  step?: string | number;
}

/** A labelled one-line input with its help and its error. */
export function Field({ label, value, onValue, note, error, ...rest }: FieldProps) {
  const id = useId();
  const described = [note && `${id}-note`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {note && (
        <span class="field-note" id={`${id}-note`}>
          {note}
        </span>
      )}
      <input
        {...(rest as InputHTMLAttributes<HTMLInputElement>)}
        id={id}
        class="input"
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

/** The line under a field that says what is wrong. */
export function FieldError({ id, error }: { id: string; error?: string | undefined }) {
  if (!error) return null;
  return (
    <span class="field-error" id={id}>
      <Icon of={circleAlert} />
      {error}
    </span>
  );
}
