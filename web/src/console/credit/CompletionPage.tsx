import { useState } from "preact/hooks";
import { type Completion, type MarkName, mark, type Progress, readCompletion } from "../../api/credit";
import { reportFiles } from "../../api/reports";
import { readSeries } from "../../api/series";
import { Icon } from "../../ui/Icon";
import { arrowLeft, circleCheck } from "../../ui/icons";
import { byProgress, marksAsked, progressWords } from "../logic/claims";
import { completionWords } from "../logic/credit-form";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { DownloadMenu } from "../parts/DownloadMenu";
import { listKeys } from "../parts/list-keys";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { SearchField } from "../parts/SearchField";
import { Empty, Section } from "../parts/Section";
import { seriesTabs, Tabs } from "../parts/Tabs";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { CertificatesSection } from "./CertificatesSection";
import "./credit.css";

/** So many are taken in at a glance, without a search. */
const FEW = 12;

/** Who has completed a series, and what the others are missing. */
export function CompletionPage({ id }: { id: string }) {
  const series = useResource(id, () => readSeries(id), null);
  const completion = useResource(`${id} completion`, () => readCompletion(id), null);
  const found = series.value?.value;
  return (
    <>
      <a
        class="back"
        href={addressOf(found ? { name: "program", id: found.program_id } : { name: "programs" })}
      >
        <Icon of={arrowLeft} />
        {found?.program_name ?? "Programs"}
      </a>
      <Problem
        words={series.problem || completion.problem}
        retry={() => void (series.problem ? series : completion).reload()}
      />
      {found && (
        <>
          <PageHead title={found.title} />
          <Tabs label="Series" tabs={seriesTabs(id)} />
        </>
      )}
      {found && completion.value && (
        <Found
          id={id}
          program={found.program_id}
          completion={completion.value}
          onChanged={() => void completion.reload()}
        />
      )}
      {completion.value?.people.some((one) => one.complete) && <CertificatesSection of={{ series: id }} />}
    </>
  );
}

interface FoundProps {
  id: string;
  program: string;
  completion: Completion;
  onChanged(): void;
}

function Found({ id, program, completion, onChanged }: FoundProps) {
  const [search, setSearch] = useState("");
  const { rule, people, held, total } = completion;
  const done = people.filter((one) => one.complete).length;
  const words = search.toLowerCase().trim();
  const shown = byProgress(people).filter((one) => `${one.name} ${one.email}`.toLowerCase().includes(words));
  return (
    <Section
      title="Completion"
      actions={<DownloadMenu label="Download this series" files={reportFiles({ kind: "series", id })} />}
    >
      <p class="muted">
        {rule ? `Completed by: ${completionWords(rule)}. ` : "Nothing completes this series. "}
        {held} of {plural(total, "session")} {held === 1 ? "is" : "are"} over.{" "}
        <a href={addressOf({ name: "program-credit", id: program })}>
          {rule ? "Change the rule" : "Set a rule"}
        </a>
      </p>
      {people.length === 0 ? (
        <Empty title="Nobody has been here yet">
          Whoever comes to a session of the series appears here, with what is still missing.
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead through the people
        <div class="list-page" onKeyDown={listKeys}>
          {rule && (
            <p role="status">
              <span class="strong">
                {done} of {plural(people.length, "person has", "people have")} completed it.
              </span>
            </p>
          )}
          {people.length > FEW && (
            <div class="list-search">
              <SearchField
                label="Find somebody"
                placeholder="Name or e-mail"
                value={search}
                onValue={setSearch}
              />
            </div>
          )}
          <ul class="rows panel">
            {shown.map((one) => (
              <ProgressRow
                key={one.person_id}
                series={id}
                person={one}
                asked={marksAsked(rule)}
                onChanged={onChanged}
              />
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}

interface ProgressRowProps {
  series: string;
  person: Progress;
  asked: readonly MarkName[];
  onChanged(): void;
}

const MARKS: Readonly<Record<MarkName, string>> = { case: "Presented a case", survey: "Sent the survey" };

function ProgressRow({ series, person, asked, onChanged }: ProgressRowProps) {
  const action = useAction();

  async function put(what: MarkName, on: boolean) {
    const said = on ? `${person.name}: ${MARKS[what].toLowerCase()}.` : "The mark is taken away.";
    if (await action.run(() => mark(series, person.person_id, what, on), said)) onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "person", id: person.person_id })}>
          {person.name}
        </a>
        <span class="row-note">{person.why.length > 0 ? person.why.join(" ") : progressWords(person)}</span>
      </div>
      {person.complete && (
        <span class="row-done completed">
          <Icon of={circleCheck} />
          Completed
        </span>
      )}
      {asked.map((what) => (
        <label key={what} class="check mark">
          <input
            type="checkbox"
            checked={person.marks.includes(what)}
            disabled={action.busy}
            aria-label={`${person.name}: ${MARKS[what].toLowerCase()}`}
            onChange={(event) => void put(what, event.currentTarget.checked)}
          />
          <span>{MARKS[what]}</span>
        </label>
      ))}
      <Problem words={action.problem} />
    </li>
  );
}
