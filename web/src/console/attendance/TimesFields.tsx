import { Field } from "../../ui/Field";
import type { Times } from "../logic/correction";
import { zoneName } from "../logic/time";

export interface TimesFieldsProps {
  times: Times;
  zone: string;
  onTimes(times: Times): void;
  errors: Readonly<Record<string, string | undefined>>;
}

/** From when to when, on the clock of the hub. */
export function TimesFields({ times, zone, onTimes, errors }: TimesFieldsProps) {
  return (
    <div class="times-fields">
      <div class="form-row form-row-two">
        <Field
          label="From"
          type="time"
          value={times.from}
          onValue={(from) => onTimes({ ...times, from })}
          error={errors.from}
        />
        <Field
          label="Until"
          type="time"
          value={times.until}
          onValue={(until) => onTimes({ ...times, until })}
          error={errors.until}
        />
      </div>
      <span class="field-note">{zoneName(zone)}</span>
    </div>
  );
}
