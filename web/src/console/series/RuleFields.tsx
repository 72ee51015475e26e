import { Field } from "../../ui/Field";
import { Select } from "../../ui/Select";
import type { Pattern, PatternErrors, PatternKind } from "../logic/rule";
import { DatesPicker } from "./DatesPicker";
import { PositionPicker } from "./PositionPicker";
import { WeekdayPicker } from "./WeekdayPicker";

const KINDS: readonly { kind: PatternKind; words: string }[] = [
  { kind: "weekly", words: "Weekly" },
  { kind: "biweekly", words: "Every 2 weeks" },
  { kind: "monthly", words: "Monthly" },
  { kind: "dates", words: "Dates" },
];
const WEEKS = [2, 3, 4, 5, 6, 8, 10, 12];
const MONTHS = [1, 2, 3, 4, 6, 12];

export interface RuleFieldsProps {
  pattern: Pattern;
  errors: PatternErrors;
  today: string;
  onPattern(part: Partial<Pattern>): void;
}

/** On which days. */
export function RuleFields({ pattern, errors, today, onPattern }: RuleFieldsProps) {
  const { kind } = pattern;
  return (
    <>
      <fieldset class="field">
        <legend class="field-label picker-legend">How often</legend>
        <div class="segments segments-wide kinds">
          {KINDS.map(({ kind: value, words }) => (
            <label key={value}>
              <input
                type="radio"
                name="kind"
                checked={kind === value}
                onChange={() => onPattern({ kind: value })}
              />
              {value === "biweekly" ? `Every ${pattern.weeks} weeks` : words}
            </label>
          ))}
        </div>
      </fieldset>
      {kind === "biweekly" && (
        <Every unit="weeks" value={pattern.weeks} choices={WEEKS} onValue={(weeks) => onPattern({ weeks })} />
      )}
      {(kind === "weekly" || kind === "biweekly") && (
        <WeekdayPicker
          chosen={pattern.weekdays}
          onChosen={(weekdays) => onPattern({ weekdays })}
          error={errors.weekdays}
        />
      )}
      {kind === "monthly" && (
        <>
          <PositionPicker
            chosen={pattern.positions}
            onChosen={(positions) => onPattern({ positions })}
            error={errors.positions}
          />
          {pattern.months > 1 && (
            <Every
              unit="months"
              value={pattern.months}
              choices={MONTHS}
              onValue={(months) => onPattern({ months })}
            />
          )}
        </>
      )}
      {kind === "dates" && (
        <DatesPicker
          chosen={pattern.dates}
          from={pattern.from}
          today={today}
          onChosen={(dates) => onPattern({ dates })}
          error={errors.dates}
        />
      )}
    </>
  );
}

/** From when to when; dates that are chosen one by one need neither. */
export function SpanFields({ pattern, errors, onPattern }: Omit<RuleFieldsProps, "today">) {
  if (pattern.kind === "dates") return null;
  return (
    <div class="form-row form-row-two span-row">
      <Field
        label="From"
        type="date"
        value={pattern.from}
        onValue={(from) => onPattern({ from })}
        error={errors.from}
      />
      <div class="field">
        {pattern.ends === "until" ? (
          <Field
            label="Until"
            type="date"
            value={pattern.until}
            min={pattern.from}
            onValue={(until) => onPattern({ until })}
            error={errors.until}
          />
        ) : (
          <Field
            label="How many"
            inputMode="numeric"
            autoComplete="off"
            maxLength={3}
            value={pattern.count}
            onValue={(count) => onPattern({ count })}
            error={errors.count}
          />
        )}
        <button
          type="button"
          class="text-button"
          onClick={() => onPattern({ ends: pattern.ends === "until" ? "count" : "until" })}
        >
          {pattern.ends === "until" ? "A number of sessions instead" : "A last day instead"}
        </button>
      </div>
    </div>
  );
}

function Every(props: {
  unit: string;
  value: number;
  choices: readonly number[];
  onValue(value: number): void;
}) {
  const { unit, value, choices, onValue } = props;
  const all = choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b);
  return (
    <Select
      label={unit === "weeks" ? "Weeks from one to the next" : "Months from one to the next"}
      options={all.map((count) => ({
        value: String(count),
        label: `${count} ${count === 1 ? unit.slice(0, -1) : unit}`,
      }))}
      value={String(value)}
      onValue={(text) => onValue(Number(text))}
    />
  );
}
