import { useRef, useState } from "preact/hooks";
import { type Attendance, setWindows } from "../../api/attendance";
import { Button } from "../../ui/Button";
import { plus, trash2 } from "../../ui/icons";
import { Sheet } from "../../ui/Sheet";
import { TextArea } from "../../ui/TextArea";
import { readTimes, stretchOf, type Times, timeField } from "../logic/correction";
import { joined, type Span, secondsOf, spanOf, without } from "../logic/spans";
import { lengthWords } from "../logic/time";
import { Problem } from "../parts/Problem";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useAction } from "../state/use-action";
import { TimesFields } from "./TimesFields";

export interface WindowsSheetProps {
  attendance: Attendance;
  onClose(): void;
  onSaved(): void;
}

interface Row extends Times {
  readonly key: number;
}

/** From when to when a session counts; breaks are left out of it by themselves. */
export function WindowsSheet({ attendance, onClose, onSaved }: WindowsSheetProps) {
  const { session, windows } = attendance;
  const { zone } = session;
  const made = useRef(windows.length);
  const [rows, setRows] = useState<readonly Row[]>(() =>
    windows.map((one, key) => ({
      key,
      from: timeField(one.from, zone),
      until: timeField(one.until, zone),
    })),
  );
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const action = useAction();
  const about = new Date(session.starts_at);
  const read = rows.map((row) => ({ row, read: readTimes(row, zone, about) }));
  const spans = read.flatMap((one) => ("span" in one.read ? [one.read.span] : []));
  const whole = spans.length === rows.length && rows.length > 0;
  const shownAt = new Date(attendance.generated_at);
  const breaks: readonly Span[] = attendance.breaks.map((one) => spanOf(one, shownAt));
  useUnsaved(reason.trim() !== "");

  async function save() {
    setChecked(true);
    if (!whole || !reason.trim()) return;
    const work = () => setWindows(session.id, joined(spans).map(stretchOf), reason.trim());
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
        <p class="muted">
          Everybody’s time is counted within these times only. Breaks that were marked are left out by
          themselves.
        </p>
        {read.map(({ row, read: found }, place) => (
          <fieldset class="asked" key={row.key}>
            <legend class="visually-hidden">Part {place + 1}</legend>
            <div class="asked-head">
              <span class="muted small">Part {place + 1}</span>
              <Button
                kind="quiet"
                icon={trash2}
                disabled={rows.length === 1}
                aria-label={`Remove part ${place + 1}`}
                onClick={() => setRows(rows.filter((one) => one.key !== row.key))}
              />
            </div>
            <TimesFields
              times={row}
              zone={zone}
              onTimes={(times) =>
                setRows(rows.map((one) => (one.key === row.key ? { ...times, key: row.key } : one)))
              }
              errors={checked && "errors" in found ? found.errors : {}}
            />
          </fieldset>
        ))}
        <div class="form-actions">
          <Button
            icon={plus}
            onClick={() => {
              made.current += 1;
              setRows([...rows, { key: made.current, from: rows.at(-1)?.until ?? "", until: "" }]);
            }}
          >
            Another part
          </Button>
        </div>
        <TextArea
          label="Why"
          value={reason}
          onValue={setReason}
          error={checked && !reason.trim() ? "Say why; whoever looks at it later reads it." : undefined}
          maxLength={500}
        />
        {whole && (
          <p class="form-summary" role="status">
            Then {lengthWords(secondsOf(without(spans, breaks)))} count.
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
