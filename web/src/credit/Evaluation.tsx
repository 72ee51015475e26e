import { useRef, useState } from "preact/hooks";
import { type Learner, readLearner, sendEvaluation } from "../api/learner";
import { ApiError, wordsOf } from "../api/problem";
import { answersOf, checkAnswers, type Draft, type Errors, refusalOf } from "../register/draft";
import { QuestionField } from "../register/QuestionField";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { circleCheck } from "../ui/icons";
import { announce } from "../ui/LiveRegion";

export interface EvaluationProps {
  token: string;
  learner: Learner;
  onDone(learner: Learner): void;
}

/** The program's questions about the session; once sent, the answers stay. */
export function Evaluation({ token, learner, onDone }: EvaluationProps) {
  const { questions, sent_at } = learner.evaluation;
  const [answers, setAnswers] = useState<Draft["answers"]>({});
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  if (questions.length === 0) return null;
  if (sent_at) {
    return (
      <p class="credit-done" id="evaluation" tabIndex={-1}>
        <Icon of={circleCheck} />
        Your evaluation is sent. Thank you.
      </p>
    );
  }
  if (Date.parse(learner.closes_at) <= Date.now()) return null;

  function refuse(found: Errors, words: string) {
    setErrors(found);
    setProblem(words);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }

  async function submit() {
    const wrong = checkAnswers(questions, answers);
    if (Object.keys(wrong).length > 0) return refuse(wrong, "Some answers are missing.");
    setBusy(true);
    setErrors({});
    setProblem("");
    try {
      onDone(await sendEvaluation(token, answersOf(questions, answers)));
      announce("Your evaluation is sent. Thank you.");
      requestAnimationFrame(() => document.getElementById("evaluation")?.focus());
    } catch (error) {
      const refusal =
        error instanceof ApiError && error.fields.length > 0
          ? refusalOf(error, { questions, consents: [] })
          : { errors: {}, stale: false };
      if (refusal.stale) {
        // the questions are others now; what was answered stays where its question does
        const newest = await readLearner(token).catch(() => null);
        if (newest) onDone(newest);
        return refuse({}, "The questions have changed. Look at them once more, then send.");
      }
      refuse(refusal.errors, wordsOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="public-form"
      ref={form}
      noValidate
      aria-labelledby="evaluation"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <h2 id="evaluation">How was the session?</h2>
      {questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          typed={answers[question.id]}
          onTyped={(typed) => setAnswers({ ...answers, [question.id]: typed })}
          errors={errors}
        />
      ))}
      {problem && <Banner kind="problem">{problem}</Banner>}
      <Button type="submit" kind="primary" wide class="public-submit" disabled={busy}>
        {busy ? "Sending…" : "Send evaluation"}
      </Button>
    </form>
  );
}
