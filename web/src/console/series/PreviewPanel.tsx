import { useState } from "preact/hooks";
import { fieldWords } from "../../api/problem";
import type { Preview } from "../../api/series";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { clock as clockIcon, info } from "../../ui/icons";
import { monthsOf, readerClocks, shiftsOf, zonePeople, zoneShort } from "../logic/preview";
import { datesOf, type Pattern, sorted } from "../logic/rule";
import { skipsAmong } from "../logic/skips";
import { plural, zoneName } from "../logic/time";
import { PreviewRowItem, type PreviewRowItemProps } from "./PreviewRowItem";
import type { PreviewState } from "./use-preview";

/** So many dates are shown at once where the page is one column; the rest on request. */
const FIRST = 60;

export interface PreviewPanelProps {
  state: PreviewState;
  /** What is wrong with the fields, while there is nothing to ask the service. */
  wrong: readonly string[];
  pattern: Pattern;
  hub: string;
  /** Dates before this day are not concerned by the change; "" where all are. */
  from: string;
  /** Without it dates cannot be left out here. */
  onExclude?: ((dates: readonly string[]) => void) | undefined;
}

/** What a series would be, before anything is saved: in words, then date by date. */
export function PreviewPanel({ state, wrong, pattern, hub, from, onExclude }: PreviewPanelProps) {
  const { value, behind, problem, fields } = state;
  if (!value) {
    return (
      <div class="preview-blank">
        {problem ? (
          <Refused state={state} />
        ) : (
          <p class="muted">Say or choose when, and every date appears here before anything is saved.</p>
        )}
      </div>
    );
  }
  const leaveOut =
    onExclude && ((days: readonly string[]) => onExclude(sorted([...pattern.exclude, ...days])));
  const putBack = onExclude && ((day: string) => onExclude(pattern.exclude.filter((one) => one !== day)));
  return (
    <div class={behind ? "preview-body preview-behind" : "preview-body"} aria-busy={behind}>
      {state.unfinished && (
        <Banner title="Not a series yet">
          {wrong.map((words) => (
            <p key={words}>{words}</p>
          ))}
        </Banner>
      )}
      {(problem || fields.length > 0) && <Refused state={state} />}
      <p class="preview-words" role="status">
        {readerClocks(value.words)} ({zoneName(hub)})
      </p>
      <Zones preview={value} hub={hub} />
      {leaveOut && <Skips pattern={pattern} onLeaveOut={leaveOut} />}
      <Notes notes={value.notes} />
      <Dates
        preview={value}
        pattern={pattern}
        hub={hub}
        from={from}
        onLeaveOut={leaveOut && ((day) => leaveOut([day]))}
        onPutBack={putBack}
      />
    </div>
  );
}

function Refused({ state: { problem, silent, fields } }: { state: PreviewState }) {
  if (silent) {
    return (
      <Banner kind="waiting" title="The dates cannot be shown now">
        The service does not answer. They appear here as soon as it does; what you typed stays.
      </Banner>
    );
  }
  const words = fields.length > 0 ? fields.map(fieldWords) : [problem];
  return (
    <Banner kind="problem" title="There is no such series">
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Banner>
  );
}

/** Who sits where, and when their clocks leave the usual time. */
function Zones({ preview, hub }: { preview: Preview; hub: string }) {
  const spokes = preview.zones.filter((zone) => !zone.hub);
  const shifts = shiftsOf(preview);
  if (spokes.length === 0) {
    return (
      <p class="muted small">All times are {zoneName(hub)}. Nobody in another time zone is registered.</p>
    );
  }
  return (
    <>
      <ul class="zones-list">
        {spokes.map((zone) => (
          <li key={zone.zone}>
            <span class="strong">{zoneShort(zone.zone)}</span>
            <span class="muted">{zonePeople(zone)}</span>
          </li>
        ))}
      </ul>
      {shifts.length > 0 && (
        <div class="shifts">
          <h2>
            <Icon of={clockIcon} />
            Clocks move apart
          </h2>
          <ul>
            {shifts.map((shift) => (
              <li key={shift.words}>
                {shift.words} <span class="small">({plural(shift.dates, "date")})</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** Holidays among the dates, each left out with one press. */
function Skips({ pattern, onLeaveOut }: { pattern: Pattern; onLeaveOut(days: readonly string[]): void }) {
  const left = new Set(pattern.exclude);
  const skips = skipsAmong(datesOf(pattern).filter((day) => !left.has(day)));
  if (skips.length === 0) return null;
  return (
    <div class="skips">
      <span class="muted small">Leave out:</span>
      {skips.slice(0, 6).map((skip) => (
        <Button key={skip.words} class="chip" onClick={() => onLeaveOut(skip.dates)}>
          {skip.words}
        </Button>
      ))}
    </div>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note}>
          <Icon of={info} />
          <span>{readerClocks(note)}</span>
        </li>
      ))}
    </ul>
  );
}

interface DatesProps extends Omit<PreviewRowItemProps, "row" | "settled"> {
  preview: Preview;
  pattern: Pattern;
  from: string;
}

function Dates({ preview, pattern, from, ...row }: DatesProps) {
  const [all, setAll] = useState(false);
  const occurrences = all ? preview.occurrences : preview.occurrences.slice(0, FIRST);
  const hidden = preview.occurrences.length - occurrences.length;
  const last = hidden > 0 ? (occurrences.at(-1)?.original_local.slice(0, 10) ?? "") : "9999";
  const months = monthsOf(
    occurrences,
    pattern.exclude.filter((day) => day <= last),
  );
  return (
    <>
      {months.map((month) => (
        <section key={month.title} class="preview-month" aria-label={month.title}>
          <h2>{month.title}</h2>
          <ul>
            {month.rows.map((one) => (
              <PreviewRowItem key={one.day} row={one} settled={one.day < from} {...row} />
            ))}
          </ul>
        </section>
      ))}
      {hidden > 0 && <Button onClick={() => setAll(true)}>Show {hidden} more dates</Button>}
    </>
  );
}
