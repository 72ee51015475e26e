import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { FieldError } from "../../ui/Field";
import { longDay, WEEKDAY_NAMES, weekdayOf } from "../logic/days";
import { moved, sameMonth, sundayFirst, weeksOf } from "../logic/month";
import { sorted, toggled } from "../logic/rule";
import { plural } from "../logic/time";
import { MonthNav } from "../parts/MonthNav";

export interface DatesPickerProps {
  chosen: readonly string[];
  /** The day to begin at. */
  from: string;
  today: string;
  onChosen(dates: readonly string[]): void;
  error?: string | undefined;
}

/** A month in which any dates are pressed. Arrow keys and PageUp, PageDown move, Space chooses. */
export function DatesPicker({ chosen, from, today, onChosen, error }: DatesPickerProps) {
  const id = useId();
  const sunday = sundayFirst(navigator.language);
  const [at, setAt] = useState(sorted(chosen)[0] ?? from);
  const byKey = useRef(false);
  const grid = useRef<HTMLDivElement>(null);
  const weeks = weeksOf(at, sunday);
  useLayoutEffect(() => {
    if (byKey.current) grid.current?.querySelector<HTMLElement>(`[data-day="${at}"]`)?.focus();
    byKey.current = false;
  }, [at]);

  function onKeyDown(event: KeyboardEvent) {
    const next = event.target instanceof HTMLInputElement ? moved(event.key, at, sunday, today) : null;
    if (next === null) return;
    event.preventDefault();
    byKey.current = true;
    setAt(next);
  }

  return (
    <fieldset class="field" {...(error ? { "aria-describedby": `${id}-error` } : {})}>
      <legend class="field-label picker-legend">On these dates</legend>
      <div class="dates-picker" ref={grid}>
        <MonthNav day={at} onDay={setAt} />
        <table class="positions dates-grid" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              {(weeks[0] ?? []).map((day) => {
                const name = WEEKDAY_NAMES[weekdayOf(day)];
                return (
                  <th key={name} scope="col">
                    <abbr title={name}>{name.slice(0, 2)}</abbr>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week[0]}>
                {week.map((day) => (
                  <td key={day}>
                    {sameMonth(day, at) && (
                      <label class={day === today ? "position position-today" : "position"}>
                        <input
                          type="checkbox"
                          data-day={day}
                          aria-label={longDay(day)}
                          tabIndex={day === at ? 0 : -1}
                          checked={chosen.includes(day)}
                          disabled={day < today && !chosen.includes(day)}
                          onFocus={() => setAt(day)}
                          onChange={() => onChosen(sorted(toggled(chosen, day)))}
                        />
                        <span aria-hidden="true">{Number(day.slice(8))}</span>
                      </label>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <p class="field-note" role="status">
          {plural(chosen.length, "date")} chosen
        </p>
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}
