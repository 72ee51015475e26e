import { useState } from "preact/hooks";
import type { PersonRecord } from "../../api/people";
import { erasePerson, readErasure } from "../../api/privacy";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Field } from "../../ui/Field";
import { Sheet } from "../../ui/Sheet";
import { erasureWords } from "../logic/privacy";
import { stampWords } from "../logic/registrations";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";

/** Forgetting somebody who asks for it: what goes, what stays, and that there is no way back. */
export function EraseSection({ person, onErased }: { person: PersonRecord; onErased(): void }) {
  const [asking, setAsking] = useState(false);
  return (
    <Section title="Privacy">
      <div class="card">
        <p class="muted small">Somebody who asks to be forgotten is taken out of every list.</p>
        <div class="card-actions">
          <Button onClick={() => setAsking(true)}>Erase this person…</Button>
        </div>
      </div>
      {asking && <EraseSheet person={person} onClose={() => setAsking(false)} onErased={onErased} />}
    </Section>
  );
}

/** What is left of somebody who was erased. */
export function Erased({ id }: { id: string }) {
  const erasure = useResource(`erasure ${id}`, () => readErasure(id), null);
  return (
    <>
      <Problem words={erasure.problem} retry={() => void erasure.reload()} />
      {erasure.value && (
        <p class="card">
          {erasureWords(erasure.value, (at) => stampWords(at, browserZone(), now.value))} Their time at
          sessions still counts in figures, without a name.
        </p>
      )}
    </>
  );
}

function EraseSheet(props: { person: PersonRecord; onClose(): void; onErased(): void }) {
  const { person, onClose, onErased } = props;
  const [reason, setReason] = useState("");
  const action = useAction();

  async function erase() {
    const done = action.run(() => erasePerson(person.id, reason.trim()), "They are erased.");
    if (!(await done)) return;
    onErased();
    onClose();
  }

  return (
    <Sheet title={`Erase ${person.name}`} onClose={onClose}>
      <div class="form">
        <p>
          Name, addresses, answers and mail are gone at once; their links are void, and they are registered
          for nothing any more.
        </p>
        <p>
          Where credit stands on their attendance, their name is kept apart for it until six years after the
          session, and then goes too. What counted still counts in figures, without a name.
        </p>
        <Field
          label="How they asked"
          note="Kept with it; write no name. May stay empty."
          value={reason}
          onValue={setReason}
          maxLength={1000}
        />
        <Problem words={action.problem} />
        <div class="form-actions">
          <ConfirmButton
            kind="danger"
            question={`Erase ${person.name} for good? There is no way back.`}
            confirm="Erase"
            keep="Keep"
            onConfirm={erase}
          >
            Erase this person
          </ConfirmButton>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </div>
    </Sheet>
  );
}
