import { archiveProgram, type Program, renewFeed, restoreProgram, revokeFeed } from "../../api/programs";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { reminderWords } from "../logic/program-form";
import { plural, zoneName } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

export interface ProgramFactsProps {
  program: Program;
  onQuestions(): void;
  onChanged(): void;
}

/** Where people register, what they are asked, the calendar that follows by itself, and the settings. */
export function ProgramFacts({ program, onQuestions, onChanged }: ProgramFactsProps) {
  return (
    <>
      <RegisterPage program={program} />
      <Asked program={program} onQuestions={onQuestions} />
      <Feed program={program} onChanged={onChanged} />
      <Section title="Details">
        <div class="card">
          <dl class="facts">
            {factsOf(program).map(([term, words]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
          <PutAway program={program} onChanged={onChanged} />
        </div>
      </Section>
    </>
  );
}

function RegisterPage({ program }: { program: Program }) {
  return (
    <Section title="Register page">
      <div class="card">
        {program.public ? (
          <>
            <p>Share this address. People register here for every series of the program.</p>
            <p class="link-line">{program.page}</p>
            <div class="card-actions">
              <CopyButton text={program.page} kind="primary">
                Copy address
              </CopyButton>
              <a class="button" href={program.page} target="_blank" rel="noreferrer">
                Open
              </a>
            </div>
          </>
        ) : (
          <p>Switched off: only people whom you add are registered.</p>
        )}
      </div>
    </Section>
  );
}

function Asked({ program, onQuestions }: { program: Program; onQuestions(): void }) {
  const { questions, consents } = program;
  return (
    <Section title="Questions and consents">
      <div class="card">
        {questions.length + consents.length === 0 ? (
          <p>Only name, e-mail, phone, profession, credentials and site are asked.</p>
        ) : (
          <ul class="asked-list">
            {questions.map((question) => (
              <li key={question.id}>
                {question.label}
                {question.required && <span class="muted small"> must be answered</span>}
              </li>
            ))}
            {consents.map((consent) => (
              <li key={consent.id}>
                {consent.title} <span class="muted small">consent</span>
              </li>
            ))}
          </ul>
        )}
        <div class="card-actions">
          <Button onClick={onQuestions}>Change questions</Button>
        </div>
      </div>
    </Section>
  );
}

function Feed({ program, onChanged }: { program: Program; onChanged(): void }) {
  const action = useAction();
  const run = async (work: () => Promise<unknown>, said: string) => {
    if (await action.run(work, said)) onChanged();
  };
  return (
    <Section title="Calendar feed">
      <div class="card">
        {program.feed ? (
          <>
            <p>
              Subscribed once in a calendar, it follows every change. Whoever has the address sees the dates.
            </p>
            <p class="link-line">{program.feed}</p>
            <div class="card-actions">
              <CopyButton text={program.feed}>Copy feed address</CopyButton>
              <ConfirmButton
                question="Calendars that use the address stop following."
                confirm="Take it back"
                keep="Keep it"
                onConfirm={() => run(() => revokeFeed(program.id), "The feed address is taken back.")}
              >
                Take back…
              </ConfirmButton>
            </div>
          </>
        ) : (
          <>
            <p>An address that a calendar app can subscribe to, with all sessions of the program.</p>
            <div class="card-actions">
              <Button
                disabled={action.busy}
                onClick={() => void run(() => renewFeed(program.id), "The feed address is made.")}
              >
                Make feed address
              </Button>
            </div>
          </>
        )}
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}

function PutAway({ program, onChanged }: { program: Program; onChanged(): void }) {
  const action = useAction();
  const run = async (work: () => Promise<unknown>, said: string) => {
    if (await action.run(work, said)) onChanged();
  };
  return (
    <div class="card-actions">
      {program.archived_at ? (
        <Button
          disabled={action.busy}
          onClick={() => void run(() => restoreProgram(program.id), "The program is back.")}
        >
          Bring back
        </Button>
      ) : (
        <ConfirmButton
          question="Lists leave it out and nobody can register any more. Its sessions stay, and it can be brought back."
          confirm="Put away"
          keep="Keep it"
          onConfirm={() => run(() => archiveProgram(program.id), "The program is put away.")}
        >
          Put away…
        </ConfirmButton>
      )}
      <Problem words={action.problem} />
    </div>
  );
}

function factsOf(program: Program): [string, string][] {
  const full = program.waiting_list ? ", then a waiting list" : ", then nobody more";
  const facts: [string, string][] = [
    ["Time zone", zoneName(program.zone)],
    ["Registration", program.approval === "open" ? "everybody gets in" : "a coordinator decides"],
    [
      "Places",
      program.capacity === null ? "any number" : `${plural(program.capacity, "person", "people")}${full}`,
    ],
    ["Reminders", reminderWords(program.reminders)],
  ];
  if (program.contact) facts.push(["Help", program.contact]);
  return facts;
}
