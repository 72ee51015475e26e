import type { Program } from "../../api/programs";
import { hueOf } from "../logic/agenda";

/** More than so many are found faster in a list than in a row. */
const IN_A_ROW = 6;

export interface ProgramKeyProps {
  programs: readonly Program[];
  hues: readonly string[];
  /** "" is all of them. */
  chosen: string;
  onChosen(id: string): void;
}

/** Which colour is which program; pressing one shows that program alone. */
export function ProgramKey({ programs, hues, chosen, onChosen }: ProgramKeyProps) {
  const shown = programs.filter((program) => !program.archived_at);
  if (shown.length < 2) return null;
  if (shown.length > IN_A_ROW) {
    return (
      <label class="program-select">
        <span class="visually-hidden">Program</span>
        <select class="input" value={chosen} onChange={(event) => onChosen(event.currentTarget.value)}>
          <option value="">All programs</option>
          {shown.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <fieldset class="program-key">
      <legend class="visually-hidden">Program</legend>
      <Choice id="" words="All programs" hue={null} on={chosen === ""} onChosen={onChosen} />
      {shown.map(({ id, name }) => (
        <Choice key={id} id={id} words={name} hue={hueOf(id, hues)} on={chosen === id} onChosen={onChosen} />
      ))}
    </fieldset>
  );
}

function Choice(props: {
  id: string;
  words: string;
  hue: number | null;
  on: boolean;
  onChosen(id: string): void;
}) {
  const { id, words, hue, on, onChosen } = props;
  return (
    <label class="program-choice">
      <input type="radio" name="program" checked={on} onChange={() => onChosen(id)} />
      {hue !== null && <span class={`dot hue-${hue}`} aria-hidden="true" />}
      <span class="program-name">{words}</span>
    </label>
  );
}
