import { useState } from "preact/hooks";
import { type Attendance, type Verification, verifyAttendance } from "../../api/attendance";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { shieldCheck } from "../../ui/icons";
import { editionWords } from "../logic/attendance";
import { stampWords } from "../logic/registrations";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";

/** What was told when, and the proof that nothing was changed since. */
export function SealSection({ attendance }: { attendance: Attendance }) {
  const [result, setResult] = useState<Verification | null>(null);
  const action = useAction();
  const { session, editions, chain } = attendance;
  const check = () => action.run(async () => setResult(await verifyAttendance(session.id)));
  return (
    <Section title="Record">
      <div class="card">
        <dl class="facts">
          {editions.map((one) => (
            <div key={one.number}>
              <dt>{editionWords(one)}</dt>
              <dd>
                {stampWords(one.at, session.zone, now.value)}
                {one.by_name && `, by ${one.by_name}`}
                {one.reason && ` because: ${one.reason}`}
              </dd>
            </div>
          ))}
          {editions.length === 0 && (
            <div>
              <dt>Ready</dt>
              <dd>Seconds after the session ends</dd>
            </div>
          )}
          <div>
            <dt>Entries</dt>
            <dd>{plural(chain.links, "sealed entry", "sealed entries")}</dd>
          </div>
        </dl>
        {result?.intact && (
          <Banner kind="good" title="Unchanged">
            All {plural(result.links, "entry", "entries")} are as they were written. Seal:{" "}
            <code class="link-text small">{result.head}</code>
          </Banner>
        )}
        {result && !result.intact && (
          <Banner kind="problem" title="The record was changed">
            {result.problem ?? "An entry is not as it was written."} Tell whoever runs this service.
          </Banner>
        )}
        <div class="card-actions">
          <Button icon={shieldCheck} disabled={action.busy} onClick={() => void check()}>
            Check the record
          </Button>
        </div>
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
