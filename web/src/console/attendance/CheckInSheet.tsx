import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { checkInByHand, type Gathering } from "../../api/gatherings";
import { Button } from "../../ui/Button";
import { Sheet } from "../../ui/Sheet";
import { TextArea } from "../../ui/TextArea";
import { Problem } from "../parts/Problem";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useAction } from "../state/use-action";
import { NOBODY, PersonField, type Somebody, whomOf } from "./PersonField";

export interface CheckInSheetProps {
  session: string;
  gathering: Gathering;
  onClose(): void;
  onSaved(): void;
}

/** Checks somebody in by hand who is in front of a shared camera. */
export function CheckInSheet({ session, gathering, onClose, onSaved }: CheckInSheetProps) {
  const [somebody, setSomebody] = useState<Somebody>(NOBODY);
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const action = useAction();
  const attempt = useRef(new Attempt()).current;
  const whom = whomOf(somebody);
  const why = reason.trim();
  useUnsaved(why !== "" || somebody.name !== "");

  async function save() {
    setChecked(true);
    if (typeof whom === "string" || !why) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus());
      return;
    }
    const key = attempt.keyFor({ whom, why });
    const work = () => checkInByHand(session, gathering.id, whom, why, key);
    if (!(await action.run(work, `${somebody.name} is checked in.`))) return;
    attempt.done();
    unsaved.value = false;
    onSaved();
    onClose();
  }

  return (
    <Sheet title={`Who is at ${gathering.host.name}?`} onClose={() => leave(onClose)}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="muted">Their time runs from now, while this camera is in the room.</p>
        <PersonField
          somebody={somebody}
          onChange={setSomebody}
          error={checked && typeof whom === "string" ? whom : undefined}
        />
        <TextArea
          label="Why"
          note="Kept with it, such as: seen in the picture."
          value={reason}
          onValue={setReason}
          error={checked && !why ? "Say why; whoever looks at it later reads it." : undefined}
          maxLength={500}
        />
        <Problem words={action.problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={action.busy}>
            Check in
          </Button>
          <Button onClick={() => leave(onClose)}>Not now</Button>
        </div>
      </form>
    </Sheet>
  );
}
