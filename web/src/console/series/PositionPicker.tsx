import { useId, useRef, useState } from "preact/hooks";
import type { Position } from "../../api/series";
import { FieldError } from "../../ui/Field";
import { WEEKDAY_NAMES } from "../logic/days";
import { sundayFirst, weekdayOrder } from "../logic/month";
import { MONTH_WEEKS, samePosition, toggled } from "../logic/rule";

export interface PositionPickerProps {
  chosen: readonly Position[];
  onChosen(positions: readonly Position[]): void;
  error?: string | undefined;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** A month as it lies on the wall: press the second and the fourth Thursday. Arrow keys move, Space chooses. */
export function PositionPicker({ chosen, onChosen, error }: PositionPickerProps) {
  const id = useId();
  const table = useRef<HTMLTableElement>(null);
  const days = weekdayOrder(sundayFirst(navigator.language));
  const first = chosen[0];
  const [at, setAt] = useState<readonly [number, number]>(() =>
    first ? [MONTH_WEEKS.findIndex(({ week }) => week === first.week), days.indexOf(first.day)] : [0, 0],
  );

  function onKeyDown(event: KeyboardEvent) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(MONTH_WEEKS.length - 1, at[0] + step[0]));
    const column = Math.max(0, Math.min(6, at[1] + step[1]));
    setAt([row, column]);
    table.current?.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`)?.focus();
  }

  return (
    <fieldset class="field" {...(error ? { "aria-describedby": `${id}-error` } : {})}>
      <legend class="field-label picker-legend">On these days of the month</legend>
      <table class="positions" ref={table} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <td />
            {days.map((day) => (
              <th key={day} scope="col">
                <abbr title={WEEKDAY_NAMES[day]}>{WEEKDAY_NAMES[day].slice(0, 2)}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MONTH_WEEKS.map(({ week, short, words }, row) => (
            <tr key={week}>
              <th scope="row">{short}</th>
              {days.map((day, column) => {
                const here = { week, day };
                const on = chosen.some((one) => samePosition(one, here));
                return (
                  <td key={day}>
                    <label class="position">
                      <input
                        type="checkbox"
                        data-cell={`${row}-${column}`}
                        aria-label={`${words} ${WEEKDAY_NAMES[day]}`}
                        tabIndex={at[0] === row && at[1] === column ? 0 : -1}
                        checked={on}
                        onFocus={() => setAt([row, column])}
                        onChange={() => onChosen(toggled(chosen, here, samePosition))}
                      />
                      <span aria-hidden="true">{on ? WEEKDAY_NAMES[day].slice(0, 2) : ""}</span>
                    </label>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}
