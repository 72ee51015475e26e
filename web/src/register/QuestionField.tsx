import type { ComponentChildren } from "preact";
import type { Question } from "../api/questions";
import { Choices } from "../ui/Checks";
import { Field } from "../ui/Field";
import { Select } from "../ui/Select";
import { TextArea } from "../ui/TextArea";
import { type Errors, listOf, partsOf, type Typed, textOf } from "./draft";

const IN_SIGHT = 7;
const DAYS = Array.from({ length: 31 }, (_, index) => String(index + 1));
const MONTHS = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: new Intl.DateTimeFormat("en-US", { month: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(2026, index)),
  ),
}));

export interface QuestionFieldProps {
  question: Question;
  typed: Typed | undefined;
  onTyped(typed: Typed): void;
  errors: Errors;
}

/** One question of a program, with the input that suits it. */
export function QuestionField({ question, typed, onTyped, errors }: QuestionFieldProps) {
  const field = `answers.${question.id}`;
  const shared = {
    label: <Asked question={question} />,
    note: question.help || undefined,
    error: errors[field],
  };
  const text = { ...shared, value: textOf(typed), onValue: onTyped };
  switch (question.kind) {
    case "long_text":
      return <TextArea {...text} name={field} maxLength={5000} />;
    case "number":
      return <Field {...text} name={field} inputMode="decimal" autoComplete="off" maxLength={20} />;
    case "date":
      return <Field {...text} name={field} type="date" autoComplete="off" />;
    case "yes_no":
      return (
        <Choices
          {...shared}
          take="one"
          options={[
            { value: "yes", label: "Yes" },
            { value: "no", label: "No" },
          ]}
          chosen={[textOf(typed)]}
          onChosen={(chosen) => onTyped(chosen[0] ?? "")}
        />
      );
    case "choice":
    case "employer_type":
      return <One {...shared} options={question.options} value={textOf(typed)} onValue={onTyped} />;
    case "choices":
      return (
        <Choices
          {...shared}
          take="some"
          options={question.options.map((option) => ({ value: option, label: option }))}
          chosen={listOf(typed)}
          onChosen={onTyped}
        />
      );
    case "license":
    case "board_id":
      return <Parts question={question} typed={typed} onTyped={onTyped} errors={errors} />;
    default:
      return <Field {...text} name={field} autoComplete="off" maxLength={300} />;
  }
}

/** The question with a word beside it where it may stay empty. */
function Asked({ question }: { question: Question }) {
  return (
    <>
      {question.label}
      {!question.required && <span class="optional"> (optional)</span>}
    </>
  );
}

interface OneProps {
  label: ComponentChildren;
  note?: ComponentChildren;
  error?: string | undefined;
  options: readonly string[];
  value: string;
  onValue(value: string): void;
}

/** A choice of one: in sight where there are few, else the browser's own list. */
function One({ options, value, onValue, ...shared }: OneProps) {
  const named = options.map((option) => ({ value: option, label: option }));
  if (options.length > IN_SIGHT) {
    return (
      <Select
        {...shared}
        options={[{ value: "", label: "Choose one" }, ...named]}
        value={value}
        onValue={onValue}
      />
    );
  }
  return (
    <Choices
      {...shared}
      take="one"
      options={named}
      chosen={[value]}
      onChosen={(chosen) => onValue(chosen[0] ?? "")}
    />
  );
}

/** A licence, or an id of a board with the birthday that boards ask for. */
function Parts({ question, typed, onTyped, errors }: QuestionFieldProps) {
  const given = partsOf(typed);
  const part = (name: string) => ({
    value: given[name] ?? "",
    onValue: (value: string) => onTyped({ ...given, [name]: value }),
    error: errors[`answers.${question.id}.${name}`],
  });
  return (
    <fieldset class="question-parts">
      <legend class="field-label">
        <Asked question={question} />
      </legend>
      {question.help && <p class="field-note">{question.help}</p>}
      {errors[`answers.${question.id}`] && <p class="field-error">{errors[`answers.${question.id}`]}</p>}
      {question.kind === "license" ? (
        <div class="pair">
          <Field label="State" autoComplete="off" maxLength={80} {...part("state")} />
          <Field label="License number" autoComplete="off" maxLength={80} {...part("number")} />
        </div>
      ) : (
        <>
          <div class="pair">
            <Field
              label="Board"
              note="Such as ABIM or ABP."
              autoComplete="off"
              maxLength={80}
              {...part("board")}
            />
            <Field
              label="Number"
              note="As the board gave it."
              autoComplete="off"
              maxLength={80}
              {...part("number")}
            />
          </div>
          <div class="pair">
            <Select
              label="Month of your birth"
              options={[{ value: "", label: "Month" }, ...MONTHS]}
              {...part("birth_month")}
            />
            <Select
              label="Day of your birth"
              options={[{ value: "", label: "Day" }, ...DAYS.map((day) => ({ value: day, label: day }))]}
              {...part("birth_day")}
            />
          </div>
        </>
      )}
    </fieldset>
  );
}
