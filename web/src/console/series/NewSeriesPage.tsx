import { useState } from "preact/hooks";
import { listPrograms } from "../../api/programs";
import type { Account } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { arrowLeft } from "../../ui/icons";
import { addressOf, type Route } from "../logic/route";
import { newSeries } from "../logic/series-form";
import { contactOf } from "../logic/session-form";
import { browserZone, dayOf } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { SeriesEditor } from "./SeriesEditor";

const MOST_PROGRAMS = 200;

/** A new series, in a program. */
export function NewSeriesPage({
  program: wanted,
  account,
}: {
  program?: string | undefined;
  account: Account;
}) {
  const programs = useResource("programs", () => listPrograms({ limit: MOST_PROGRAMS }), null);
  const [chosen, setChosen] = useState(wanted ?? "");
  const items = (programs.value?.items ?? []).filter((program) => !program.archived_at);
  const only = items.length === 1 ? items[0]?.id : "";
  const program = items.find(({ id }) => id === (chosen || only));
  const today = dayOf(now.value, browserZone());
  const back: Route = program ? { name: "program", id: program.id } : { name: "programs" };
  return (
    <>
      <a class="back" href={addressOf(back)}>
        <Icon of={arrowLeft} />
        {program?.name ?? "Programs"}
      </a>
      <PageHead title="New series" />
      <Problem words={programs.problem} retry={() => void programs.reload()} />
      {programs.value && items.length === 0 && (
        <Empty
          title="A series belongs to a program"
          action={
            <a class="button button-primary" href={addressOf({ name: "programs" })}>
              Make a program first
            </a>
          }
        >
          A program holds what its series share: whom to ask, the questions people answer as they register,
          and the reminders they get.
        </Empty>
      )}
      {items.length > 0 && (
        <SeriesEditor
          key={wanted ?? ""}
          programs={items}
          program={program?.id ?? ""}
          initial={newSeries(
            program ?? { zone: browserZone(), contact: contactOf(account) },
            browserZone(),
            today,
          )}
          today={today}
          onProgram={setChosen}
          onSaved={(series) => goTo({ name: "series", id: series.id })}
          onClose={() => goTo(back)}
        />
      )}
    </>
  );
}
