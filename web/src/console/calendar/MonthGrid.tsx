import { useLayoutEffect, useRef } from "preact/hooks";
import type { CalendarItem } from "../../api/calendar";
import { dayLabel, hueOf, marksOf, shortClock, spanOf } from "../logic/agenda";
import { WEEKDAY_NAMES, weekdayOf } from "../logic/days";
import { moved, sameMonth } from "../logic/month";
import { addressOf } from "../logic/route";
import type { DaysProps } from "./CalendarPage";

/** So many sessions are named in a day; the rest in its sheet. */
const NAMED = 3;

export interface MonthGridProps extends DaysProps {
  day: string;
  weeks: readonly (readonly string[])[];
  sunday: boolean;
  loading: boolean;
  onDay(day: string): void;
  onOpen(day: string): void;
}

/**
 * A month of days. One day has the focus: arrows move by a day or a week, Home and End to the ends of the week,
 * PageUp and PageDown by a month, T to today; Enter opens the day.
 */
export function MonthGrid(props: MonthGridProps) {
  const { days, hues, today, zone, day, weeks, sunday, loading, onDay, onOpen } = props;
  const grid = useRef<HTMLTableElement>(null);
  const byKey = useRef(false);
  useLayoutEffect(() => {
    if (byKey.current) grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
    byKey.current = false;
  }, [day]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLElement && event.target.dataset.day)) return;
    const next = moved(event.key, event.target.dataset.day, sunday, today);
    if (next === null) return;
    event.preventDefault();
    byKey.current = true;
    onDay(next);
  }

  return (
    <table class="month" ref={grid} onKeyDown={onKeyDown} aria-busy={loading} aria-label="Sessions by day">
      <thead>
        <tr>
          {(weeks[0] ?? []).map((first) => {
            const name = WEEKDAY_NAMES[weekdayOf(first)];
            return (
              <th key={name} scope="col">
                <abbr title={name}>{name.slice(0, 3)}</abbr>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((one) => {
              const items = days.get(one) ?? [];
              return (
                <td key={one} class={cellClass(one, day, today)}>
                  <button
                    type="button"
                    class="month-day"
                    data-day={one}
                    tabIndex={one === day ? 0 : -1}
                    aria-label={dayLabel(one, items.length, today)}
                    {...(one === today ? { "aria-current": "date" as const } : {})}
                    onClick={() => {
                      onDay(one);
                      onOpen(one);
                    }}
                  >
                    <span class="month-number">{Number(one.slice(8))}</span>
                  </button>
                  <ul class="month-items">
                    {items.slice(0, items.length > NAMED ? NAMED - 1 : NAMED).map((item) => (
                      <li key={item.id}>
                        <Item item={item} hue={hueOf(item.program_id, hues)} zone={zone} />
                      </li>
                    ))}
                  </ul>
                  {items.length > NAMED && (
                    <button type="button" class="month-more" tabIndex={-1} onClick={() => onOpen(one)}>
                      {items.length - NAMED + 1} more
                    </button>
                  )}
                  {items.length > 0 && (
                    <span class="month-dots" aria-hidden="true">
                      {items.slice(0, 4).map((item) => (
                        <span key={item.id} class={`dot hue-${hueOf(item.program_id, hues)}`} />
                      ))}
                    </span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellClass(day: string, chosen: string, today: string): string {
  const classes = ["month-cell"];
  if (!sameMonth(day, chosen)) classes.push("month-other");
  if (day < today) classes.push("month-past");
  if (day === today) classes.push("month-today");
  return classes.join(" ");
}

function Item({ item, hue, zone }: { item: CalendarItem; hue: number; zone: string }) {
  const marks = marksOf(item);
  const about = [spanOf(item, zone), item.title, ...marks].join(", ");
  return (
    <a
      class={`month-item hue-${hue} ${item.status === "cancelled" ? "month-cancelled" : ""}`}
      href={addressOf({ name: "session", id: item.id })}
      title={about}
    >
      <span class="month-time">{shortClock(item, zone)}</span>{" "}
      <span class="month-title-text">{item.title}</span>
      {marks.length > 0 && <span class="visually-hidden">, {marks.join(", ")}</span>}
    </a>
  );
}
