import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { FieldError } from "./Field";
import { Icon } from "./Icon";
import { chevronDown } from "./icons";

export interface Option {
  value: string;
  label: string;
}

export interface SelectProps {
  label: ComponentChildren;
  options: readonly Option[];
  value: string;
  onValue(value: string): void;
  note?: ComponentChildren;
  error?: string | undefined;
  disabled?: boolean;
  /** The label is read but not shown, where an icon beside it says the same. */
  labelHidden?: boolean;
}

/** A labelled choice of one; the browser's own list, which every phone and screen reader knows. */
export function Select(props: SelectProps) {
  const { label, options, value, onValue, note, error, disabled = false, labelHidden = false } = props;
  const id = useId();
  return (
    <div class="field">
      <label class={labelHidden ? "visually-hidden" : "field-label"} for={id}>
        {label}
      </label>
      {note && <span class="field-note">{note}</span>}
      <span class="select">
        <select
          id={id}
          class="input"
          value={value}
          disabled={disabled}
          onChange={(event) => onValue(event.currentTarget.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon of={chevronDown} />
      </span>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
