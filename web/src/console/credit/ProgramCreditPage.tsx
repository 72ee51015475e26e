import { useState } from "preact/hooks";
import {
  archiveCreditType,
  type CreditPlan,
  type CreditType,
  listCreditTypes,
  readPlan,
  restoreCreditType,
} from "../../api/credit";
import type { Tagged } from "../../api/http";
import { readProgram } from "../../api/programs";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Icon } from "../../ui/Icon";
import { arrowLeft, pencil, plus } from "../../ui/icons";
import { completionWords, ruleWords } from "../logic/credit-form";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { programTabs, Tabs } from "../parts/Tabs";
import { type Resource, useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { CreditTypeSheet } from "./CreditTypeSheet";
import { EvaluationSheet } from "./EvaluationSheet";
import { PlanSheet } from "./PlanSheet";
import "./credit.css";

const REFRESH_MS = 60_000;

type Doing =
  | { readonly what: "type"; readonly type: CreditType | null }
  | { readonly what: "evaluation" | "plan" };

/** What attendance in a program is worth: its credit types, the evaluation, certificates and completion. */
export function ProgramCreditPage({ id }: { id: string }) {
  const program = useResource(id, () => readProgram(id), null);
  const plan = useResource(`${id} plan`, () => readPlan(id), REFRESH_MS);
  const types = useResource(`${id} types`, () => listCreditTypes(id), REFRESH_MS);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const shared = plan.value && {
    program: id,
    plan: plan.value,
    onClose: close,
    onSaved: (saved: Tagged<CreditPlan>) => plan.put(saved),
  };
  return (
    <>
      <a class="back" href={addressOf({ name: "programs" })}>
        <Icon of={arrowLeft} />
        Programs
      </a>
      <Problem words={program.problem} retry={() => void program.reload()} />
      {program.value && (
        <>
          <PageHead title={program.value.value.name} />
          <Tabs label="Program" tabs={programTabs(id)} />
          <div class="columns-room">
            <div class="columns">
              <div class="column-main">
                <TypesSection types={types} onOpen={(type) => setDoing({ what: "type", type })} />
              </div>
              <div class="column-side">
                <Problem words={plan.problem} retry={() => void plan.reload()} />
                {plan.value && <PlanFacts plan={plan.value.value} onOpen={(what) => setDoing({ what })} />}
              </div>
            </div>
          </div>
        </>
      )}
      {doing?.what === "type" && (
        <CreditTypeSheet
          key={doing.type?.id ?? "new"}
          program={id}
          type={doing.type}
          onClose={close}
          onSaved={() => void types.reload()}
        />
      )}
      {doing?.what === "evaluation" && shared && <EvaluationSheet {...shared} />}
      {doing?.what === "plan" && shared && <PlanSheet {...shared} />}
    </>
  );
}

interface TypesSectionProps {
  types: Resource<readonly CreditType[]>;
  onOpen(type: CreditType | null): void;
}

function TypesSection({ types, onOpen }: TypesSectionProps) {
  const all = types.value ?? [];
  const used = all.filter((one) => one.archived_at === null);
  const away = all.filter((one) => one.archived_at !== null);
  const changed = () => void types.reload();
  const add = (kind: "plain" | "primary") => (
    <Button kind={kind} icon={plus} onClick={() => onOpen(null)}>
      Add credit
    </Button>
  );
  return (
    <Section title="Credit" actions={used.length > 0 && add("plain")}>
      <Problem words={types.problem} retry={changed} />
      {types.value && used.length === 0 && (
        <Empty title="No credit yet" action={add("primary")}>
          Say for which credit the sessions of this program are accredited. Learners then claim it on a page
          of their own, from the time that was counted for them.
        </Empty>
      )}
      <div class="cards">
        {used.map((one) => (
          <TypeCard key={one.id} type={one} onOpen={() => onOpen(one)} onChanged={changed} />
        ))}
      </div>
      {away.length > 0 && (
        <details class="more">
          <summary>{plural(away.length, "credit", "credits")} put away</summary>
          <div class="cards">
            {away.map((one) => (
              <TypeCard key={one.id} type={one} onOpen={() => onOpen(one)} onChanged={changed} />
            ))}
          </div>
        </details>
      )}
    </Section>
  );
}

function TypeCard(props: { type: CreditType; onOpen(): void; onChanged(): void }) {
  const { type, onOpen, onChanged } = props;
  const action = useAction();
  const run = async (work: () => Promise<unknown>, said: string) => {
    if (await action.run(work, said)) onChanged();
  };
  return (
    <article class="card" aria-label={type.name}>
      <div class="match-who">
        <h3>{type.name}</h3>
        <p class="muted">{type.provider}</p>
      </div>
      <p>{ruleWords(type)}</p>
      {type.statement && <p class="statement muted small">{type.statement}</p>}
      <div class="card-actions">
        {type.archived_at === null ? (
          <>
            <Button icon={pencil} aria-label={`Change ${type.name}`} onClick={onOpen}>
              Change
            </Button>
            <ConfirmButton
              kind="quiet"
              label={`Put away ${type.name}`}
              question="Nobody can claim it any more. What was claimed stays, and it can be brought back."
              confirm="Put away"
              keep="Keep it"
              onConfirm={() => run(() => archiveCreditType(type.id), `${type.name} is put away.`)}
            >
              Put away…
            </ConfirmButton>
          </>
        ) : (
          <Button
            disabled={action.busy}
            aria-label={`Bring back ${type.name}`}
            onClick={() => void run(() => restoreCreditType(type.id), `${type.name} is back.`)}
          >
            Bring back
          </Button>
        )}
      </div>
      <Problem words={action.problem} />
    </article>
  );
}

function PlanFacts({ plan, onOpen }: { plan: CreditPlan; onOpen(what: "evaluation" | "plan"): void }) {
  const { certificate } = plan;
  return (
    <>
      <Section title="Evaluation">
        <div class="card">
          {plan.evaluation.length === 0 ? (
            <p>Nothing is asked after a session.</p>
          ) : (
            <ul class="asked-list">
              {plan.evaluation.map((question) => (
                <li key={question.id}>
                  {question.label}
                  {question.required && <span class="muted small"> must be answered</span>}
                </li>
              ))}
            </ul>
          )}
          <div class="card-actions">
            <Button onClick={() => onOpen("evaluation")}>Change evaluation</Button>
          </div>
        </div>
      </Section>
      <Section title="Claims and certificates">
        <div class="card">
          <dl class="facts">
            <div>
              <dt>Claimed within</dt>
              <dd>{plural(plan.claim_days, "day")} after a session</dd>
            </div>
            <div>
              <dt>Learners attest</dt>
              <dd>{plan.attestation}</dd>
            </div>
            <div>
              <dt>Certificate of attendance</dt>
              <dd>
                {certificate.on
                  ? [certificate.heading, certificate.issuer && `by ${certificate.issuer}`]
                      .filter(Boolean)
                      .join(", ")
                  : "None"}
              </dd>
            </div>
            <div>
              <dt>A series is completed by</dt>
              <dd>{completionWords(plan.completion)}</dd>
            </div>
          </dl>
          <div class="card-actions">
            <Button onClick={() => onOpen("plan")}>Change these</Button>
          </div>
        </div>
      </Section>
    </>
  );
}
