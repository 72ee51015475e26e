import { useState } from "preact/hooks";
import { type Attendance, finalize } from "../../api/attendance";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions } from "../../ui/Dialog";
import { editionWords } from "../logic/attendance";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";

/** How far it is: still going on, ready, or final; and the one thing to do next. */
export function StateCard({ attendance, onChanged }: { attendance: Attendance; onChanged(): void }) {
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const unmatched = attendance.people.filter((one) => !one.matched).length;
  const match = unmatched > 0 && (
    <>
      {" "}
      <a href={addressOf({ name: "unmatched", session: attendance.session.id })}>
        {plural(unmatched, "person is", "people are")} not yet known
      </a>
      : their time is kept, their credit waits.
    </>
  );

  async function close() {
    if (!(await action.run(() => finalize(attendance.session.id), "The attendance is final."))) return;
    setAsking(false);
    onChanged();
  }

  if (attendance.state === "live")
    return (
      <Banner title="The session is on">
        {attendance.breaks.some((one) => one.until === null)
          ? "A break goes on: nobody’s time counts until it ends."
          : "Everybody’s time runs. It is ready seconds after the end."}
        {match}
      </Banner>
    );
  if (attendance.state === "final")
    return (
      <Banner kind="good" title={finalTitle(attendance)}>
        A correction now is told to the scheduling system at once, as a numbered amendment.{match}
      </Banner>
    );
  return (
    <>
      <Banner
        title="Ready, not yet final"
        action={
          <Button kind="primary" onClick={() => setAsking(true)}>
            Finalize…
          </Button>
        }
      >
        Look through it, put right what is wrong, then make it final.{match}
      </Banner>
      {asking && (
        <Dialog title="Make it final?" onClose={() => setAsking(false)}>
          <p>{question(unmatched)}</p>
          <Problem words={action.problem} />
          <DialogActions>
            <Button onClick={() => setAsking(false)}>Not yet</Button>
            <Button kind="primary" disabled={action.busy} onClick={() => void close()}>
              Make it final
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}

function finalTitle({ edition, session }: Attendance): string {
  if (!edition) return "Final";
  const by = edition.by_name ? `, by ${edition.by_name}` : "";
  return `${edition.kind === "amended" ? `Final, with ${editionWords(edition).toLowerCase()}` : "Final"}: ${stampWords(edition.at, session.zone, now.value)}${by}`;
}

function question(unmatched: number): string {
  const waiting =
    unmatched > 0
      ? ` ${plural(unmatched, "person is", "people are")} not yet known; you can still say later who it is.`
      : "";
  return `The scheduling system is told that this is final.${waiting} Corrections stay possible, as numbered amendments.`;
}
