import { Button } from "../../ui/Button";
import { chevronLeft, chevronRight } from "../../ui/icons";
import { addMonths, monthTitle } from "../logic/days";

/** The name of a month between the ways to the one before and the one after. */
export function MonthNav({ day, onDay }: { day: string; onDay(day: string): void }) {
  return (
    <div class="month-nav">
      <Button
        kind="quiet"
        icon={chevronLeft}
        aria-label="Month before"
        onClick={() => onDay(addMonths(day, -1))}
      />
      <h2 class="month-title" aria-live="polite">
        {monthTitle(day)}
      </h2>
      <Button
        kind="quiet"
        icon={chevronRight}
        aria-label="Month after"
        onClick={() => onDay(addMonths(day, 1))}
      />
    </div>
  );
}
