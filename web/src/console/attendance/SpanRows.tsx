import { useRef } from "preact/hooks";
import { Button } from "../../ui/Button";
import { plus, trash2 } from "../../ui/icons";
import { readTimes, type Times, timeField } from "../logic/correction";
import type { Span } from "../logic/spans";
import { TimesFields } from "./TimesFields";

/** Times as they are typed, with a key of their own for the screen. */
export interface SpanRow extends Times {
  readonly key: string;
}

export function rowsOf(
  stretches: readonly { readonly from: string; readonly until: string | null }[],
  zone: string,
): readonly SpanRow[] {
  return stretches.map((one) => ({
    key: one.from,
    from: timeField(one.from, zone),
    until: one.until ? timeField(one.until, zone) : "",
  }));
}

/** All of them as instants, or null while one is wrong. */
export function readRows(rows: readonly SpanRow[], zone: string, about: Date): readonly Span[] | null {
  const read = rows.map((row) => readTimes(row, zone, about));
  const spans = read.flatMap((one) => ("span" in one ? [one.span] : []));
  return spans.length === rows.length ? spans : null;
}

export interface SpanRowsProps {
  /** What one is called: "Break". */
  name: string;
  /** What the button says that adds one. */
  add: string;
  rows: readonly SpanRow[];
  zone: string;
  /** Around when the times lie. */
  about: Date;
  /** True once somebody tried to save: then what is wrong is said. */
  checked: boolean;
  onRows(rows: readonly SpanRow[]): void;
}

/** Several times from when to when, to be changed, removed and added to. */
export function SpanRows({ name, add, rows, zone, about, checked, onRows }: SpanRowsProps) {
  const made = useRef(0);

  function another() {
    made.current += 1;
    onRows([...rows, { key: `new-${made.current}`, from: "", until: "" }]);
  }

  return (
    <>
      {rows.map((row, place) => {
        const read = readTimes(row, zone, about);
        return (
          <fieldset class="asked" key={row.key}>
            <legend class="visually-hidden">
              {name} {place + 1}
            </legend>
            <div class="asked-head">
              <span class="muted small">
                {name} {place + 1}
              </span>
              <Button
                kind="quiet"
                icon={trash2}
                aria-label={`Remove ${name.toLowerCase()} ${place + 1}`}
                onClick={() => onRows(rows.filter((one) => one.key !== row.key))}
              />
            </div>
            <TimesFields
              times={row}
              zone={zone}
              onTimes={(times) =>
                onRows(rows.map((one) => (one.key === row.key ? { ...times, key: row.key } : one)))
              }
              errors={checked && "errors" in read ? read.errors : {}}
            />
          </fieldset>
        );
      })}
      <div class="form-actions">
        <Button icon={plus} onClick={another}>
          {add}
        </Button>
      </div>
    </>
  );
}
