import { useState } from "preact/hooks";
import { cancelSeries, type Series } from "../../api/series";
import { cancelSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { Sheet } from "../../ui/Sheet";
import { TextArea } from "../../ui/TextArea";
import { shortDay } from "../logic/days";
import { reachOf } from "../logic/series-form";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { useAction } from "../state/use-action";
import { type Scope, ScopeChoice } from "./ScopeChoice";

export interface CancelSheetProps {
  /** Without it only the session can be cancelled. */
  series?: Pick<Series, "id" | "registered">;
  /** The session that was pressed; without it all that are to come. */
  session: Session | null;
  /** Those of the series, to say how many a choice concerns. */
  sessions?: readonly Session[];
  onClose(): void;
  onDone(): void;
}

/** Cancels one session, it and what follows, or all that are to come; says how many and who is written to. */
export function CancelSheet({ series, session, sessions = [], onClose, onDone }: CancelSheetProps) {
  const [scope, setScope] = useState<Scope>(session ? "one" : "all");
  const [reason, setReason] = useState("");
  const [notify, setNotify] = useState(true);
  const action = useAction();
  const coming = sessions.filter((one) => one.status === "scheduled");
  const start = session?.starts_at ?? "";
  const count =
    scope === "one" ? 1 : coming.filter((one) => scope === "all" || one.starts_at >= start).length;
  const people = scope === "one" || !series ? (session?.counts.registered ?? 0) : series.registered;

  async function cancel() {
    const why = reason.trim();
    const from = reachOf(scope === "following" && session ? session.id : null);
    const work = async () => {
      if (session && (scope === "one" || !series)) await cancelSession(session.id, why, notify);
      else if (series) await cancelSeries(series.id, from, why, notify);
    };
    if (!(await action.run(work, `${plural(count, "session")} cancelled.`))) return;
    onDone();
    onClose();
  }

  return (
    <Sheet title="Cancel" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void cancel();
        }}
      >
        {session && series && (
          <ScopeChoice
            question="What do you want to cancel?"
            scope={scope}
            day={shortDay(session.starts_local.slice(0, 10))}
            onScope={setScope}
          />
        )}
        <TextArea
          label="Why (optional)"
          note="Shown to whoever opens a link to it, and in the mail."
          value={reason}
          onValue={setReason}
          maxLength={500}
        />
        {people > 0 && (
          <Check on={notify} onChange={setNotify}>
            Write to the {plural(people, "registered person", "registered people")}
          </Check>
        )}
        <p class="muted">
          Past sessions stay as they were. Cancelled ones can be restored until they would begin.
        </p>
        <Problem words={action.problem} />
        <div class="form-actions">
          <Button type="submit" kind="danger" disabled={action.busy || count === 0}>
            Cancel {plural(count, "session")}
          </Button>
          <Button onClick={onClose}>Keep</Button>
        </div>
      </form>
    </Sheet>
  );
}
