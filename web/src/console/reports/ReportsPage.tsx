import { useState } from "preact/hooks";
import { listPrograms } from "../../api/programs";
import { rangeProblem, thisYear } from "../logic/ranges";
import { browserZone, dayOf } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { Tabs } from "../parts/Tabs";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { FiguresSection } from "./FiguresSection";
import { OneReport } from "./OneReport";
import { RangeFields } from "./RangeFields";
import { REPORT_TABS } from "./tabs";
import "./reports.css";

/** Who took part, over any range of days: figures for grants, and lists of a program, a site or a person. */
export function ReportsPage() {
  const programs = useResource("programs to choose", () => listPrograms({ limit: 200 }), null);
  const [range, setRange] = useState(() => thisYear(dayOf(now.value, browserZone())));
  const items = programs.value?.items ?? [];
  const usable = rangeProblem(range) === "";
  return (
    <>
      <PageHead title="Reports" />
      <Tabs label="Reports" tabs={REPORT_TABS} />
      <Problem words={programs.problem} retry={() => void programs.reload()} />
      <Section title="When">
        <div class="card">
          <RangeFields range={range} onRange={setRange} />
        </div>
      </Section>
      <FiguresSection range={range} usable={usable} programs={items} />
      <OneReport range={range} usable={usable} programs={items} />
    </>
  );
}
