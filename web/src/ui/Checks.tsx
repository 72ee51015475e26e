import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { FieldError } from "./Field";

export interface CheckProps {
  on: boolean;
  onChange(on: boolean): void;
  children: ComponentChildren;
  name?: string;
  error?: string | undefined;
}

/** A box to tick, for something that counts once the form is sent; the words beside it can be pressed too. */
export function Check({ on, onChange, children, name, error }: CheckProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          {...(name ? { name } : {})}
          checked={on}
          onChange={(event) => onChange(event.currentTarget.checked)}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? id : undefined}
        />
        <span>{children}</span>
      </label>
      <FieldError id={id} error={error} />
    </div>
  );
}

export interface ChoicesProps {
  label: ComponentChildren;
  options: readonly { value: string; label: string }[];
  /** `one`: at most one of them; `some`: any number. */
  take: "one" | "some";
  chosen: readonly string[];
  onChosen(chosen: readonly string[]): void;
  note?: ComponentChildren;
  error?: string | undefined;
}

/** A few choices that are all in sight. */
export function Choices({ label, options, take, chosen, onChosen, note, error }: ChoicesProps) {
  const id = useId();
  const described = [note && `${id}-note`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <fieldset class="field choices" aria-describedby={described || undefined}>
      <legend class="field-label">{label}</legend>
      {note && (
        <span class="field-note" id={`${id}-note`}>
          {note}
        </span>
      )}
      {options.map((option) => (
        <label class="check" key={option.value}>
          <input
            type={take === "one" ? "radio" : "checkbox"}
            name={id}
            checked={chosen.includes(option.value)}
            onChange={(event) => {
              const others = take === "one" ? [] : chosen.filter((value) => value !== option.value);
              onChosen(event.currentTarget.checked ? [...others, option.value] : others);
            }}
            aria-invalid={error ? true : undefined}
          />
          <span>{option.label}</span>
        </label>
      ))}
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}
