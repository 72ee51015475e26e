import { useState } from "preact/hooks";
import { type Attendance, setWindows } from "../../api/attendance";
import { Button } from "../../ui/Button";
import { Sheet } from "../../ui/Sheet";
import { TextArea } from "../../ui/TextArea";
import { stretchOf } from "../logic/correction";
import { joined, secondsOf, spanOf, without } from "../logic/spans";
import { lengthWords } from "../logic/time";
import { Problem } from "../parts/Problem";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useAction } from "../state/use-action";
import { readRows, rowsOf, SpanRows } from "./SpanRows";

export interface WindowsSheetProps {
  attendance: Attendance;
  onClose(): void;
  onSaved(): void;
}

/** From when to when a session counts, and which breaks do not. */
export function WindowsSheet({ attendance, onClose, onSaved }: WindowsSheetProps) {
  const { session, breaks } = attendance;
  const { zone } = session;
  const [before] = useState(() => ({
    parts: rowsOf(attendance.windows, zone),
    pauses: rowsOf(breaks, zone),
  }));
  const [parts, setParts] = useState(before.parts);
  const [pauses, setPauses] = useState(before.pauses);
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const action = useAction();
  const about = new Date(session.starts_at);
  const shownAt = new Date(attendance.generated_at);
  /** A break that goes on has no end to be typed. */
  const goesOn = breaks.some((one) => one.until === null);
  const counted = readRows(parts, zone, about);
  const left = goesOn ? breaks.map((one) => spanOf(one, shownAt)) : readRows(pauses, zone, about);
  useUnsaved(reason.trim() !== "" || parts !== before.parts || pauses !== before.pauses);

  async function save() {
    setChecked(true);
    if (!counted || !left || !reason.trim()) return focusError();
    const kept = goesOn ? null : joined(left).map(stretchOf);
    const work = () => setWindows(session.id, joined(counted).map(stretchOf), kept, reason.trim());
    if (!(await action.run(work, "What counts is changed, and everybody’s time with it."))) return;
    unsaved.value = false;
    onSaved();
    onClose();
  }

  return (
    <Sheet title="What counts" onClose={() => leave(onClose)}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="muted">Everybody’s time is counted within these times, and without the breaks.</p>
        <SpanRows
          name="Part"
          add="Another part"
          rows={parts}
          zone={zone}
          about={about}
          checked={checked}
          onRows={setParts}
        />
        <h3>Breaks</h3>
        {goesOn ? (
          <p class="muted">A break goes on. End it first, then breaks can be changed here.</p>
        ) : (
          <SpanRows
            name="Break"
            add="Break"
            rows={pauses}
            zone={zone}
            about={about}
            checked={checked}
            onRows={setPauses}
          />
        )}
        <TextArea
          label="Why"
          value={reason}
          onValue={setReason}
          error={checked && !reason.trim() ? "Say why; whoever looks at it later reads it." : undefined}
          maxLength={500}
        />
        {counted && left && (
          <p class="form-summary" role="status">
            Then {lengthWords(secondsOf(without(counted, left)))} count.
          </p>
        )}
        <Problem words={action.problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={action.busy}>
            Save
          </Button>
          <Button onClick={() => leave(onClose)}>Keep as it was</Button>
        </div>
      </form>
    </Sheet>
  );
}

function focusError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".form [aria-invalid=true]")?.focus());
}
