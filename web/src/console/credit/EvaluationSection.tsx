import { readEvaluations } from "../../api/credit";
import type { Session } from "../../api/types";
import { sharesOf } from "../logic/claims";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { useResource } from "../state/resource";

/** What learners answered, without by whom. */
export function EvaluationSection({ session }: { session: Session }) {
  const evaluations = useResource(`${session.id} evaluations`, () => readEvaluations(session.id), null);
  const found = evaluations.value;
  return (
    <Section
      title="Evaluation"
      aside={found && `${found.sent} of ${plural(found.attended, "person", "people")}`}
    >
      <Problem words={evaluations.problem} retry={() => void evaluations.reload()} />
      {found && found.sent === 0 && (
        <Empty title="No answers yet">They are asked on the page on which credit is claimed.</Empty>
      )}
      {found && found.sent > 0 && (
        <div class="card">
          {found.questions.map((question) => (
            <div key={question.id} class="answers">
              <h3>{question.label}</h3>
              {sharesOf(question.counts).map(({ answer, count, share }) => (
                <p key={answer} class="answer">
                  <span>{answer}</span>
                  <span class="answer-bar" aria-hidden="true">
                    <span style={{ width: `${share * 100}%` }} />
                  </span>
                  <span class="figure">{count}</span>
                </p>
              ))}
              {question.words.length > 0 && (
                <ul class="answer-words">
                  {question.words.map((words, place) => (
                    <li key={place}>{words}</li>
                  ))}
                </ul>
              )}
              {question.answered === 0 && <p class="muted">Nobody answered this.</p>}
            </div>
          ))}
        </div>
      )}
    </Section>
  );
}
