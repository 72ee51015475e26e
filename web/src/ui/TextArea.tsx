import type { ComponentChildren, TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { FieldError } from "./Field";

type Native = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onInput" | "class">;

export interface TextAreaProps extends Native {
  label: ComponentChildren;
  value: string;
  onValue(value: string): void;
  note?: ComponentChildren;
  error?: string | undefined;
}

/** A labelled input of several lines with its help and its error. */
export function TextArea({ label, value, onValue, note, error, ...rest }: TextAreaProps) {
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
      <textarea
        rows={3}
        {...rest}
        id={id}
        class="input"
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        {...(error ? { "aria-invalid": true } : {})}
        {...(described ? { "aria-describedby": described } : {})}
      />
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
