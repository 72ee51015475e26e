import { beginBreak, endBreak, listBreaks } from "../../api/attendance";
import type { Session } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { clock } from "../logic/time";
import { Problem } from "../parts/Problem";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";

const REFRESH_MS = 30_000;

/** Begins a break, whose time counts for nobody, and ends it. */
export function BreakBar({ session }: { session: Session }) {
  const breaks = useResource(`${session.id} breaks`, () => listBreaks(session.id), REFRESH_MS);
  const action = useAction();
  const pause = breaks.value?.find((one) => one.until === null);
  if (!breaks.value) return null;

  async function run(work: () => Promise<unknown>, said: string) {
    if (await action.run(work, said)) await breaks.reload();
  }

  if (!pause)
    return (
      <div class="card-actions">
        <Button
          disabled={action.busy}
          onClick={() => void run(() => beginBreak(session.id), "The break has begun.")}
        >
          Begin a break
        </Button>
        <Problem words={action.problem} />
      </div>
    );
  return (
    <>
      <Banner
        kind="waiting"
        title={`Break since ${clock(new Date(pause.from), session.zone)}`}
        action={
          <Button
            kind="primary"
            disabled={action.busy}
            onClick={() => void run(() => endBreak(session.id, pause.id), "The break is over.")}
          >
            End the break
          </Button>
        }
      >
        Nobody’s time counts until it ends.
      </Banner>
      <Problem words={action.problem} />
    </>
  );
}
