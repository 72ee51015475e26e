import { useState } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { Sheet } from "../../ui/Sheet";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { useAction } from "../state/use-action";

export interface RestoreButtonProps {
  /** What is restored, and what the button says: "session". */
  what: "session" | "series";
  /** Words of the button in a list, where the rest is plain: "Restore". */
  short?: { readonly words: string; readonly label: string };
  /** How many are registered. */
  people: number;
  work(notify: boolean): Promise<unknown>;
  onDone(): void;
}

/** Has something that was cancelled take place after all; where people are registered, it asks whether to write to them. */
export function RestoreButton({ what, short, people, work, onDone }: RestoreButtonProps) {
  const [asking, setAsking] = useState(false);
  const [notify, setNotify] = useState(true);
  const action = useAction();

  async function restore(tell: boolean) {
    if (!(await action.run(() => work(tell), `The ${what} is restored.`))) return;
    setAsking(false);
    onDone();
  }

  return (
    <>
      <Button
        disabled={action.busy}
        {...(short ? { "aria-label": short.label } : {})}
        onClick={() => (people > 0 ? setAsking(true) : void restore(false))}
      >
        {short?.words ?? `Restore ${what}`}
      </Button>
      {!asking && <Problem words={action.problem} />}
      {asking && (
        <Sheet title={short?.label ?? `Restore ${what}`} onClose={() => setAsking(false)}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void restore(notify);
            }}
          >
            <p>It takes place after all, at the time that was planned.</p>
            <Check on={notify} onChange={setNotify}>
              Write to the {plural(people, "registered person", "registered people")}
            </Check>
            <Problem words={action.problem} />
            <div class="form-actions">
              <Button type="submit" kind="primary" disabled={action.busy}>
                Restore
              </Button>
              <Button onClick={() => setAsking(false)}>Keep cancelled</Button>
            </div>
          </form>
        </Sheet>
      )}
    </>
  );
}
