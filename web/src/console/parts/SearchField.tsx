import { Icon } from "../../ui/Icon";
import { search as searchIcon } from "../../ui/icons";

export interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onValue(value: string): void;
}

/** The search above a list. */
export function SearchField({ label, placeholder, value, onValue }: SearchFieldProps) {
  return (
    <label class="search">
      <span class="visually-hidden">{label}</span>
      <Icon of={searchIcon} />
      <input
        class="input"
        type="search"
        placeholder={placeholder}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </label>
  );
}

export interface SegmentsProps<T extends string> {
  legend: string;
  options: readonly { readonly value: T; readonly words: string }[];
  value: NoInfer<T>;
  onValue(value: NoInfer<T>): void;
  name: string;
}

/** A choice of one among a few, beside the search. */
export function Segments<T extends string>({ legend, options, value, onValue, name }: SegmentsProps<T>) {
  return (
    <fieldset class="segments list-filter">
      <legend class="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={value === option.value}
            onChange={() => onValue(option.value)}
          />
          {option.words}
        </label>
      ))}
    </fieldset>
  );
}
