import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { type Range, rangeProblem, readyRanges } from "../logic/ranges";
import { browserZone, dayOf } from "../logic/time";
import { now } from "../state/clock";

export interface RangeFieldsProps {
  range: Range;
  onRange(range: Range): void;
}

/** From which day to which; the usual ranges are one press away. */
export function RangeFields({ range, onRange }: RangeFieldsProps) {
  const today = dayOf(now.value, browserZone());
  const problem = rangeProblem(range);
  return (
    <div class="range">
      <div class="form-row form-row-two">
        <Field label="From" type="date" value={range.from} onValue={(from) => onRange({ ...range, from })} />
        <Field
          label="To"
          type="date"
          value={range.to}
          onValue={(to) => onRange({ ...range, to })}
          error={problem || undefined}
        />
      </div>
      <div class="form-actions">
        {readyRanges(today).map((ready) => (
          <Button
            key={ready.words}
            class="chip"
            aria-pressed={ready.range.from === range.from && ready.range.to === range.to}
            onClick={() => onRange(ready.range)}
          >
            {ready.words}
          </Button>
        ))}
      </div>
    </div>
  );
}
