import { useRef } from "preact/hooks";
import type { Question } from "../../api/questions";
import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { shifted } from "../logic/program-form";
import { QUESTION_KINDS, type QuestionDraft } from "../logic/question-drafts";
import { QuestionFields } from "./QuestionFields";

export interface QuestionListProps {
  questions: readonly QuestionDraft[];
  /** Name of the list in `errors`: "questions". */
  at: string;
  errors: Readonly<Record<string, string>>;
  /** Offered beside an empty question, each once. */
  readyMade?: readonly Omit<Question, "id">[];
  onChange(questions: readonly QuestionDraft[]): void;
}

/** Questions in their order, each to be changed, moved and removed, and the ways to add one. */
export function QuestionList({ questions, at, errors, readyMade = [], onChange }: QuestionListProps) {
  const made = useRef(0);
  const ask = (question: Omit<QuestionDraft, "key" | "id">) => {
    made.current += 1;
    onChange([...questions, { ...question, id: "", key: `new-question-${made.current}` }]);
  };
  const missing = readyMade.filter(({ kind }) => !questions.some((question) => question.kind === kind));
  return (
    <>
      {questions.map((question, place) => (
        <QuestionFields
          key={question.key}
          question={question}
          at={at}
          place={place}
          last={place === questions.length - 1}
          errors={errors}
          onChange={(next) => onChange(questions.map((one) => (one.key === question.key ? next : one)))}
          onMove={(step) => onChange(shifted(questions, place, step))}
          onRemove={() => onChange(questions.filter((one) => one.key !== question.key))}
        />
      ))}
      <div class="form-actions">
        <Button
          icon={plus}
          onClick={() => ask({ kind: "text", label: "", help: "", required: false, options: "" })}
        >
          Question
        </Button>
        {missing.map((ready) => (
          <Button key={ready.kind} class="chip" icon={plus} onClick={() => ask({ ...ready, options: "" })}>
            {QUESTION_KINDS.find((one) => one.kind === ready.kind)?.words ?? ready.kind}
          </Button>
        ))}
      </div>
    </>
  );
}
