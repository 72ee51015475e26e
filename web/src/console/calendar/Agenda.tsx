import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { longDay, monthTitle } from "../logic/days";
import { sameMonth } from "../logic/month";
import { capital, dayWords, placeWallTime } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { Empty } from "../parts/Section";
import { now } from "../state/clock";
import { AgendaItem } from "./AgendaItem";
import type { DaysProps } from "./CalendarPage";

export interface AgendaProps extends DaysProps {
  /** Any day of the month. */
  month: string;
  loading: boolean;
  create: ComponentChildren;
}

/** The days of a month that have sessions, one after the other. Arrow keys move through them. */
export function Agenda({ days, hues, today, zone, month, loading, create }: AgendaProps) {
  const shown = [...days].filter(([day]) => sameMonth(day, month));
  const first = useRef<HTMLElement>(null);
  const next = sameMonth(today, month) ? shown.find(([day]) => day >= today)?.[0] : undefined;
  useEffect(() => {
    if (next) first.current?.scrollIntoView({ block: "start" });
  }, [month.slice(0, 7), next]);
  if (shown.length === 0) {
    return loading ? null : (
      <Empty title={`Nothing in ${monthTitle(month)}`} action={create}>
        Look at another month, or plan a session here.
      </Empty>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys lead through the sessions
    <div class="agenda" onKeyDown={listKeys}>
      {shown.map(([day, items]) => (
        <section
          key={day}
          class={day < today ? "agenda-day agenda-past" : "agenda-day"}
          aria-label={longDay(day)}
          {...(day === next ? { ref: first } : {})}
        >
          <h2 class="agenda-head">{headOf(day, zone)}</h2>
          <ul class="rows panel">
            {items.map((item) => (
              <AgendaItem key={item.id} item={item} hues={hues} zone={zone} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function headOf(day: string, zone: string): string {
  const noon = placeWallTime(`${day}T12:00`, zone)?.at ?? new Date(day);
  return capital(dayWords(noon, zone, now.value));
}
