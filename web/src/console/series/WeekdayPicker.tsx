import { useId } from "preact/hooks";
import type { Weekday } from "../../api/series";
import { FieldError } from "../../ui/Field";
import { WEEKDAY_NAMES } from "../logic/days";
import { sundayFirst, weekdayOrder } from "../logic/month";
import { toggled } from "../logic/rule";

export interface WeekdayPickerProps {
  chosen: readonly Weekday[];
  onChosen(days: readonly Weekday[]): void;
  error?: string | undefined;
}

/** The days of the week, any number of them. */
export function WeekdayPicker({ chosen, onChosen, error }: WeekdayPickerProps) {
  const id = useId();
  return (
    <fieldset class="field" {...(error ? { "aria-describedby": `${id}-error` } : {})}>
      <legend class="field-label picker-legend">On</legend>
      <div class="weekdays">
        {weekdayOrder(sundayFirst(navigator.language)).map((day) => (
          <label key={day} class="pick">
            <input
              type="checkbox"
              aria-label={WEEKDAY_NAMES[day]}
              checked={chosen.includes(day)}
              onChange={() => onChosen(toggled(chosen, day))}
              {...(error ? { "aria-invalid": true } : {})}
            />
            {WEEKDAY_NAMES[day].slice(0, 3)}
          </label>
        ))}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}
