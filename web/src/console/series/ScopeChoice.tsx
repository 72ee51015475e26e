/** Which sessions a change concerns. */
export type Scope = "one" | "following" | "all";

export interface ScopeChoiceProps {
  scope: Scope;
  /** "Thu, Mar 11". */
  day: string;
  question?: string;
  onScope(scope: Scope): void;
}

/** This one, this and following, or all. */
export function ScopeChoice({
  scope,
  day,
  question = "What do you want to change?",
  onScope,
}: ScopeChoiceProps) {
  const choices: readonly { value: Scope; words: string; note: string }[] = [
    { value: "one", words: `Only ${day}`, note: "The rest of the series stays as it is." },
    { value: "following", words: `${day} and all that follow`, note: "What comes before stays as it is." },
    { value: "all", words: "All that are to come", note: "Past sessions never change." },
  ];
  return (
    <fieldset class="scope">
      <legend class="field-label picker-legend">{question}</legend>
      {choices.map(({ value, words, note }) => (
        <label key={value} class="check scope-choice">
          <input type="radio" name="scope" checked={scope === value} onChange={() => onScope(value)} />
          <span>
            {words}
            <span class="field-note form-switch-note">{note}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
