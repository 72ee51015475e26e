import { useState } from "preact/hooks";
import {
  listMerges,
  listPeople,
  type Merge,
  mergePeople,
  type PersonRecord,
  undoMerge,
} from "../../api/people";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Field } from "../../ui/Field";
import { FindField } from "../../ui/FindField";
import { Sheet } from "../../ui/Sheet";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";

export interface MergesSectionProps {
  person: PersonRecord;
  onChanged(): void;
}

/** Other records of the same person: what was merged, why and by whom, and undoing it. */
export function MergesSection({ person, onChanged }: MergesSectionProps) {
  const merges = useResource(`${person.id} ${person.revision}`, () => listMerges(person.id), null);
  const [merging, setMerging] = useState(false);
  const found = merges.value ?? [];
  const changed = () => {
    void merges.reload();
    onChanged();
  };
  return (
    <Section title="Other records">
      <div class="card">
        <Problem words={merges.problem} retry={() => void merges.reload()} />
        {found.length === 0 && (
          <p class="muted small">Somebody who registered twice has two records. Put them together here.</p>
        )}
        {found.length > 0 && (
          <ul class="merges">
            {found.map((merge) => (
              <MergeRow key={merge.id} merge={merge} person={person} onChanged={changed} />
            ))}
          </ul>
        )}
        {!person.merged_into && (
          <div class="card-actions">
            <Button onClick={() => setMerging(true)}>Same person as…</Button>
          </div>
        )}
      </div>
      {merging && <MergeSheet person={person} onClose={() => setMerging(false)} onDone={changed} />}
    </Section>
  );
}

function MergeRow({ merge, person, onChanged }: { merge: Merge; person: PersonRecord; onChanged(): void }) {
  const action = useAction();
  const other = merge.kept.id === person.id ? merge.merged : merge.kept;
  const when = (at: string) => stampWords(at, browserZone(), now.value);

  async function undo() {
    if (await action.run(() => undoMerge(merge.id), "The two are apart again.")) onChanged();
  }

  return (
    <li class="merge">
      <p>
        <a href={addressOf({ name: "person", id: other.id })}>{other.name}</a>, {other.email}
      </p>
      <p class="muted small">
        {merge.undone_at
          ? `Put together ${when(merge.at)}, undone ${when(merge.undone_at)}.`
          : `Put together ${when(merge.at)}${merge.reason ? ` because: ${merge.reason}` : ""}.`}
      </p>
      {!merge.undone_at && (
        <ConfirmButton
          kind="quiet"
          label={`Undo: ${merge.merged.name} and ${merge.kept.name} are two people`}
          question="Take the two apart again? Each keeps what was its own."
          confirm="Take apart"
          keep="Keep together"
          onConfirm={undo}
        >
          Undo
        </ConfirmButton>
      )}
      <Problem words={action.problem} />
    </li>
  );
}

interface MergeSheetProps {
  person: PersonRecord;
  onClose(): void;
  onDone(): void;
}

/** Finds the other record and says why they are one. */
function MergeSheet({ person, onClose, onDone }: MergeSheetProps) {
  const [other, setOther] = useState({ id: "", name: "", about: "" });
  const [reason, setReason] = useState("");
  const action = useAction();

  async function merge() {
    const said = `${other.name} and ${person.name} are one person now.`;
    if (!(await action.run(() => mergePeople(person.id, other.id, reason.trim()), said))) return;
    onDone();
    onClose();
  }

  return (
    <Sheet title="Same person as…" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (other.id) void merge();
        }}
      >
        <FindField
          label={`Another record of ${person.name}`}
          note={other.id ? other.about : "Write a name or an address, and choose from the list."}
          text={other.name}
          onText={(name) => setOther({ id: "", name, about: "" })}
          taken={other.id !== ""}
          find={async (search, signal) =>
            (await listPeople({ search, limit: 10 }, signal)).items
              .filter((one) => one.id !== person.id)
              .map((one) => ({
                id: one.id,
                name: one.name,
                about: [one.email, one.site?.name].filter(Boolean).join(", "),
              }))
          }
          onTake={setOther}
        />
        <Field
          label="Why"
          note="Kept with it; may stay empty."
          value={reason}
          onValue={setReason}
          maxLength={500}
        />
        {other.id && (
          <p>
            Registrations, mail and attendance of {other.name} ({other.about}) count for {person.name}. Both
            records are kept, and this can be undone.
          </p>
        )}
        <Problem words={action.problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={action.busy || !other.id}>
            They are one person
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Sheet>
  );
}
