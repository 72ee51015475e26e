import { useState } from "preact/hooks";
import { type ReportKind, reportFiles } from "../../api/reports";
import { Select } from "../../ui/Select";
import { NOBODY, PersonField, type Somebody } from "../attendance/PersonField";
import { DownloadMenu } from "../parts/DownloadMenu";
import { Segments } from "../parts/SearchField";
import { Section } from "../parts/Section";
import { SitePicker } from "../sites/SitePicker";
import type { RangedProps } from "./FiguresSection";

const KINDS: readonly { readonly value: ReportKind; readonly words: string }[] = [
  { value: "programs", words: "Program" },
  { value: "sites", words: "Site" },
  { value: "people", words: "Person" },
];

/** Who was when in what, of one program, site or person, as a file. */
export function OneReport({ range, usable, programs }: RangedProps) {
  const [kind, setKind] = useState<ReportKind>("programs");
  const [program, setProgram] = useState("");
  const [site, setSite] = useState({ id: "", name: "" });
  const [somebody, setSomebody] = useState<Somebody>(NOBODY);
  const id = kind === "programs" ? program : kind === "sites" ? site.id : somebody.id;
  return (
    <Section title="Lists">
      <div class="card">
        <p class="muted">
          Every session with who was there and for how long. Those of one session and of one series are on
          their own pages.
        </p>
        <Segments legend="List of" name="report-kind" options={KINDS} value={kind} onValue={setKind} />
        <div class="report-fields">
          {kind === "programs" && (
            <Select
              label="Program"
              options={[
                { value: "", label: "Choose" },
                ...programs.map((one) => ({ value: one.id, label: one.name })),
              ]}
              value={program}
              onValue={setProgram}
            />
          )}
          {kind === "sites" && (
            <SitePicker id={site.id} name={site.name} onSite={(next, name) => setSite({ id: next, name })} />
          )}
          {kind === "people" && <PersonField somebody={somebody} onChange={setSomebody} asNew={false} />}
        </div>
        {id && usable ? (
          <div class="card-actions">
            <DownloadMenu label="Download the list" files={reportFiles({ kind, id, ...range })} />
          </div>
        ) : (
          <p class="muted">Choose one to download its list.</p>
        )}
      </div>
    </Section>
  );
}
