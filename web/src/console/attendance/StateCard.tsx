import { type Attendance, finalize } from "../../api/attendance";
import { Banner } from "../../ui/Banner";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { editionWords } from "../logic/attendance";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";

/** How far it is: still going on, ready, or final; and the one thing to do next. */
export function StateCard({ attendance, onChanged }: { attendance: Attendance; onChanged(): void }) {
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
    if (await action.run(() => finalize(attendance.session.id), "The attendance is final.")) onChanged();
  }

  if (attendance.state === "live")
    return (
      <Banner title="The session is on">
        Everybody’s time runs. It is ready seconds after the end.{match}
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
          <ConfirmButton
            question={question(unmatched)}
            confirm="Make it final"
            keep="Not yet"
            onConfirm={close}
          >
            Finalize…
          </ConfirmButton>
        }
      >
        Look through it, put right what is wrong, then make it final.{match}
      </Banner>
      <Problem words={action.problem} />
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
