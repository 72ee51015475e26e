import { useState } from "preact/hooks";
import type { Program } from "../../api/programs";
import { type FigureRange, type Figures, figureFiles, readFigures } from "../../api/reports";
import { Button } from "../../ui/Button";
import { Select } from "../../ui/Select";
import { shortDay } from "../logic/days";
import { figureTiles, tablesOf } from "../logic/figures";
import type { Range } from "../logic/ranges";
import { plural } from "../logic/time";
import { DownloadMenu } from "../parts/DownloadMenu";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

export interface RangedProps {
  range: Range;
  /** False while the range is none. */
  usable: boolean;
  programs: readonly Program[];
}

/** The figures that grants and yearly reports ask for: each person and site once. */
export function FiguresSection({ range, usable, programs }: RangedProps) {
  const [program, setProgram] = useState("");
  const [shown, setShown] = useState<{ of: FigureRange; figures: Figures } | null>(null);
  const action = useAction();
  const wanted: FigureRange = { ...range, ...(program ? { program_id: program } : {}) };

  const show = () =>
    action.run(
      async () => setShown({ of: wanted, figures: await readFigures(wanted) }),
      "The figures are there.",
    );

  return (
    <Section title="Figures">
      <div class="card">
        <div class="report-fields">
          <Select
            label="Of"
            options={[
              { value: "", label: "All programs" },
              ...programs.map((one) => ({ value: one.id, label: one.name })),
            ]}
            value={program}
            onValue={setProgram}
          />
        </div>
        <div class="card-actions">
          <Button kind="primary" disabled={!usable || action.busy} onClick={() => void show()}>
            Show figures
          </Button>
          {usable && <DownloadMenu label="Download figures" files={figureFiles(wanted)} />}
        </div>
        <Problem words={action.problem} />
        {shown && <Shown of={shown.of} figures={shown.figures} programs={programs} />}
      </div>
    </Section>
  );
}

function Shown(props: { of: FigureRange; figures: Figures; programs: readonly Program[] }) {
  const { of, figures, programs } = props;
  const name = programs.find((one) => one.id === of.program_id)?.name ?? "All programs";
  return (
    <div class="figures">
      <p class="muted">
        {name}, {shortDay(of.from, true)} to {shortDay(of.to, true)}
      </p>
      <dl class="tiles">
        {figureTiles(figures).map(({ words, value }) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {figures.notes.map((note) => (
        <p key={note} class="muted small">
          {note}
        </p>
      ))}
      {tablesOf(figures).map(({ words, rows }) => (
        <details key={words} class="more">
          <summary>{words}</summary>
          <ul class="tally">
            {rows.map((row) => (
              <li key={row.name}>
                <span>{row.name}</span>
                <span class="figure">{plural(row.people, "person", "people")}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
