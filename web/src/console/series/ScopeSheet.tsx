import { useState } from "preact/hooks";
import type { Tagged } from "../../api/http";
import { readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Sheet } from "../../ui/Sheet";
import { shortDay } from "../logic/days";
import { Problem } from "../parts/Problem";
import { SessionSheet } from "../sessions/SessionSheet";
import { goTo } from "../state/route";
import { useAction } from "../state/use-action";
import { type Scope, ScopeChoice } from "./ScopeChoice";

export interface ScopeSheetProps {
  session: Session;
  onClose(): void;
  onSaved(): void;
}

/** Before a session of a series is changed: this one, this and following, or all? */
export function ScopeSheet({ session, onClose, onSaved }: ScopeSheetProps) {
  const [scope, setScope] = useState<Scope>("one");
  const [one, setOne] = useState<Tagged<Session> | null>(null);
  const action = useAction();
  const series = session.series_id ?? "";

  async function go() {
    if (scope === "all") goTo({ name: "change-series", id: series });
    else if (scope === "following") goTo({ name: "change-series", id: series, from: session.id });
    else await action.run(async () => setOne(await readSession(session.id)));
  }

  if (one) {
    return (
      <SessionSheet change={{ session: one.value, etag: one.etag }} onClose={onClose} onSaved={onSaved} />
    );
  }
  return (
    <Sheet title="Change" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <ScopeChoice scope={scope} day={shortDay(session.starts_local.slice(0, 10))} onScope={setScope} />
        <Problem words={action.problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={action.busy}>
            Go on
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Sheet>
  );
}
