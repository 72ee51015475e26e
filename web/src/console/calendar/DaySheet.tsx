import { Button } from "../../ui/Button";
import { plus } from "../../ui/icons";
import { Sheet } from "../../ui/Sheet";
import { longDay } from "../logic/days";
import { AgendaItem } from "./AgendaItem";
import type { DaysProps } from "./CalendarPage";

export interface DaySheetProps extends DaysProps {
  day: string;
  onClose(): void;
  onCreate(): void;
}

/** One day of the calendar, all of it. */
export function DaySheet({ days, hues, today, zone, day, onClose, onCreate }: DaySheetProps) {
  const items = days.get(day) ?? [];
  return (
    <Sheet title={longDay(day)} onClose={onClose}>
      {items.length > 0 ? (
        <ul class="rows">
          {items.map((item) => (
            <AgendaItem key={item.id} item={item} hues={hues} zone={zone} />
          ))}
        </ul>
      ) : (
        <p class="muted">Nothing is planned on this day.</p>
      )}
      {day >= today && (
        <div class="form-actions">
          <Button icon={plus} onClick={onCreate}>
            New session on this day
          </Button>
        </div>
      )}
    </Sheet>
  );
}
