import { useState } from "preact/hooks";
import type { Tagged } from "../../api/http";
import { type Program, readProgram } from "../../api/programs";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft, pencil, plus } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { programTabs, Tabs } from "../parts/Tabs";
import { RegistrationsSection } from "../registrations/RegistrationsSection";
import { useResource } from "../state/resource";
import { ProgramFacts } from "./ProgramFacts";
import { ProgramSheet } from "./ProgramSheet";
import { QuestionsSheet } from "./QuestionsSheet";
import { SeriesSection } from "./SeriesSection";

const REFRESH_MS = 30_000;

/** A program: its series, who is registered for all of it, and its settings. */
export function ProgramPage({ id }: { id: string }) {
  const program = useResource(id, () => readProgram(id), REFRESH_MS);
  const [open, setOpen] = useState<"settings" | "questions" | null>(null);
  const found = program.value;
  const shared = (change: Tagged<Program>) => ({
    change,
    onClose: () => setOpen(null),
    onSaved: (saved: Tagged<Program>) => program.put(saved),
  });
  return (
    <>
      <a class="back" href={addressOf({ name: "programs" })}>
        <Icon of={arrowLeft} />
        Programs
      </a>
      <Problem words={program.problem} retry={() => void program.reload()} />
      {found && (
        <>
          <PageHead
            title={found.value.name}
            mark={found.value.archived_at && <span class="status">Put away</span>}
            lines={found.value.summary && <p class="muted program-summary">{found.value.summary}</p>}
            actions={
              <>
                {!found.value.archived_at && (
                  <a class="button button-primary" href={addressOf({ name: "new-series", program: id })}>
                    <Icon of={plus} />
                    New series
                  </a>
                )}
                <Button icon={pencil} onClick={() => setOpen("settings")}>
                  Change
                </Button>
              </>
            }
          />
          <Tabs label="Program" tabs={programTabs(id)} />
          <div class="columns-room">
            <div class="columns">
              <div class="column-main">
                <RegistrationsSection
                  scope="program"
                  id={id}
                  name={found.value.name}
                  registered={found.value.registered}
                  onChanged={() => void program.reload()}
                >
                  <SeriesSection program={found.value} />
                </RegistrationsSection>
              </div>
              <div class="column-side">
                <ProgramFacts
                  program={found.value}
                  onQuestions={() => setOpen("questions")}
                  onChanged={() => void program.reload()}
                />
              </div>
            </div>
          </div>
          {open === "settings" && <ProgramSheet {...shared(found)} />}
          {open === "questions" && <QuestionsSheet {...shared(found)} />}
        </>
      )}
    </>
  );
}
