import { type Attendance, beginBreak, endBreak } from "../../api/attendance";
import { Button } from "../../ui/Button";
import { pencil } from "../../ui/icons";
import { clock, lengthWords } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

export interface CountsSectionProps {
  attendance: Attendance;
  onWindows(): void;
  onChanged(): void;
}

/** What of the session counts: from when to when, and its breaks. */
export function CountsSection({ attendance, onWindows, onChanged }: CountsSectionProps) {
  const action = useAction();
  const { session, windows, breaks, state } = attendance;
  const pause = breaks.find((one) => one.until === null);
  const span = (from: string, until: string | null) =>
    `${clock(new Date(from), session.zone)} to ${until ? clock(new Date(until), session.zone) : "now"}`;
  const run = async (work: () => Promise<unknown>, said: string) => {
    if (await action.run(work, said)) onChanged();
  };
  return (
    <Section title="What counts">
      <div class="card">
        <dl class="facts">
          <div>
            <dt>Counted</dt>
            {windows.map((one) => (
              <dd key={one.from}>{span(one.from, one.until)}</dd>
            ))}
            {windows.length === 0 && <dd>Nothing</dd>}
          </div>
          <div>
            <dt>Breaks</dt>
            {breaks.map((one) => (
              <dd key={one.id}>
                {span(one.from, one.until)}
                {one.until === null ? ", goes on" : `, ${breakLength(one.from, one.until)}`}
              </dd>
            ))}
            {breaks.length === 0 && <dd>None</dd>}
          </div>
          <div>
            <dt>In all</dt>
            <dd>{lengthWords(attendance.countable_seconds)}</dd>
          </div>
        </dl>
        <div class="card-actions">
          {state === "live" && !pause && (
            <Button
              disabled={action.busy}
              onClick={() => void run(() => beginBreak(session.id), "The break has begun.")}
            >
              Begin a break
            </Button>
          )}
          {state === "live" && pause && (
            <Button
              kind="primary"
              disabled={action.busy}
              onClick={() => void run(() => endBreak(session.id, pause.id), "The break is over.")}
            >
              End the break
            </Button>
          )}
          <Button icon={pencil} onClick={onWindows}>
            Change what counts
          </Button>
        </div>
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}

function breakLength(from: string, until: string): string {
  return lengthWords((Date.parse(until) - Date.parse(from)) / 1000);
}
