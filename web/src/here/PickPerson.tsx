import { useState } from "preact/hooks";
import type { PersonHere } from "../api/shared-camera";
import { Field } from "../ui/Field";
import { found } from "./code";
import "./pick.css";

const MANY = 8;

/** Names to choose from; where there are many, a field that makes them fewer. */
export function PickPerson(props: {
  people: readonly PersonHere[];
  busy: boolean;
  onPick(person: PersonHere): void;
}) {
  const { people, busy, onPick } = props;
  const [typed, setTyped] = useState("");
  const shown = found(people, typed);
  return (
    <div class="pick">
      {people.length > MANY && (
        <Field label="Find your name" type="search" autoComplete="off" value={typed} onValue={setTyped} />
      )}
      <ul class="pick-list">
        {shown.map((person) => (
          <li key={person.person_id}>
            <button type="button" class="pick-person" disabled={busy} onClick={() => onPick(person)}>
              <span class="strong">{person.name}</span>
              {person.profession && <span class="muted">{person.profession}</span>}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="muted">Nobody of this name is in the list.</p>}
    </div>
  );
}
