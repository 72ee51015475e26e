import { useState } from "preact/hooks";
import { type ClaimState, claimFiles, listCreditTypes } from "../../api/credit";
import { listPrograms } from "../../api/programs";
import { Select } from "../../ui/Select";
import { ClaimsSection } from "../credit/ClaimsSection";
import { rangeProblem, thisYear } from "../logic/ranges";
import { browserZone, dayOf } from "../logic/time";
import { DownloadMenu } from "../parts/DownloadMenu";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { Tabs } from "../parts/Tabs";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { RangeFields } from "./RangeFields";
import { REPORT_TABS } from "./tabs";
import "./reports.css";

const STATES = [
  { value: "", label: "All" },
  { value: "claimed", label: "Claimed" },
  { value: "withdrawn", label: "Taken back" },
  { value: "void", label: "Nothing left after an amendment" },
];

/** Credit that was claimed: looked through, and handed over to the accredited provider. */
export function ClaimsPage() {
  const programs = useResource("programs to choose", () => listPrograms({ limit: 200 }), null);
  const [program, setProgram] = useState("");
  const [type, setType] = useState("");
  const [state, setState] = useState<ClaimState | "">("");
  const types = useResource(
    `types of ${program}`,
    async () => (program ? await listCreditTypes(program) : []),
    null,
  );
  const choices = types.value ?? [];
  return (
    <>
      <PageHead title="Claims" />
      <Tabs label="Reports" tabs={REPORT_TABS} />
      <Problem
        words={programs.problem || types.problem}
        retry={() => void (programs.problem ? programs : types).reload()}
      />
      <div class="report-fields">
        <Select
          label="Program"
          options={[
            { value: "", label: "All programs" },
            ...(programs.value?.items ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
          value={program}
          onValue={(next) => {
            setProgram(next);
            setType("");
          }}
        />
        <Select
          label="Credit"
          disabled={choices.length === 0}
          options={[
            { value: "", label: program ? "All credit" : "Choose a program first" },
            ...choices.map((one) => ({ value: one.id, label: one.name })),
          ]}
          value={type}
          onValue={setType}
        />
        <Select
          label="State"
          options={STATES}
          value={state}
          onValue={(next) => setState(next as ClaimState | "")}
        />
      </div>
      {type && <HandOver type={type} provider={choices.find((one) => one.id === type)?.provider ?? ""} />}
      <ClaimsSection
        filter={{
          ...(program ? { program_id: program } : {}),
          ...(type ? { credit_type_id: type } : {}),
          ...(state ? { state } : {}),
        }}
        names="both"
      />
    </>
  );
}

/** The file for the accredited provider. */
function HandOver({ type, provider }: { type: string; provider: string }) {
  const [range, setRange] = useState(() => thisYear(dayOf(now.value, browserZone())));
  return (
    <Section title={`For ${provider}`}>
      <div class="card">
        <p>The claims of this credit, as a file for the accredited provider, who alone issues it.</p>
        <div class="report-fields">
          <RangeFields range={range} onRange={setRange} />
        </div>
        <div class="card-actions">
          {!rangeProblem(range) && <DownloadMenu files={claimFiles({ credit_type_id: type, ...range })} />}
        </div>
      </div>
    </Section>
  );
}
