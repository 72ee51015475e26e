import type { LocalStart, Occurrence } from "../../api/series";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { circleAlert, clock as clockIcon, info, plus, x } from "../../ui/icons";
import { longDay, shortDay } from "../logic/days";
import { listed, type PreviewRow, usual, wallClock, zoneShort } from "../logic/preview";
import { clock, zoneName } from "../logic/time";

/** So many places are named in a row; those whose clocks shift always are. */
const PLACES = 4;

export interface PreviewRowItemProps {
  row: PreviewRow;
  hub: string;
  /** Stays as it is: the change does not reach it. */
  settled: boolean;
  onLeaveOut?: ((day: string) => void) | undefined;
  onPutBack?: ((day: string) => void) | undefined;
}

/** One date: when it is at the hub and at the spokes, and what is odd about it. */
export function PreviewRowItem({ row, hub, settled, onLeaveOut, onPutBack }: PreviewRowItemProps) {
  const { day } = row;
  if (row.out) {
    return (
      <li class="date date-out">
        <span class="date-day">
          <s>{shortDay(day)}</s>
        </span>
        <span class="date-times muted">left out</span>
        {onPutBack && (
          <Button
            kind="quiet"
            icon={plus}
            aria-label={`Put ${longDay(day)} back`}
            title="Put back"
            onClick={() => onPutBack(day)}
          />
        )}
      </li>
    );
  }
  const { occurrence } = row;
  const shown = shortDay(occurrence.starts_local.slice(0, 10));
  return (
    <li class={settled ? "date date-settled" : "date"}>
      <span class="date-day">{shown}</span>
      <span class="date-times">
        <span class="date-hub">{wallClock(occurrence.starts_local)}</span>
        {placesOf(occurrence, hub).map((local) => (
          <Place key={local.zone} local={local} day={occurrence.starts_local.slice(0, 10)} />
        ))}
      </span>
      {onLeaveOut && !settled && (
        <Button
          kind="quiet"
          icon={x}
          aria-label={`Leave out ${longDay(day)}`}
          title="Leave this date out"
          onClick={() => onLeaveOut(day)}
        />
      )}
      <Oddities occurrence={occurrence} hub={hub} />
    </li>
  );
}

function placesOf(occurrence: Occurrence, hub: string): readonly LocalStart[] {
  const spokes = occurrence.zones.filter((local) => local.zone !== hub);
  return spokes.filter((local, index) => index < PLACES || local.shift_minutes !== 0);
}

function Place({ local, day }: { local: LocalStart; day: string }) {
  const other =
    local.starts_local.slice(0, 10) === day ? "" : `${shortDay(local.starts_local.slice(0, 10))} `;
  const time = other + wallClock(local.starts_local);
  if (local.shift_minutes === 0) {
    return (
      <span class="place">
        {zoneShort(local.zone)} {time}
      </span>
    );
  }
  return (
    <span class="place place-shift">
      <Icon of={clockIcon} />
      <span>
        {zoneShort(local.zone)} <strong>{time}</strong> instead of {wallClock(usual(local))}
      </span>
    </span>
  );
}

function Oddities({ occurrence, hub }: { occurrence: Occurrence; hub: string }) {
  const wanted = wallClock(occurrence.original_local);
  const moved = occurrence.moved_forward
    ? `Clocks go forward over ${wanted} that day, so it starts at ${wallClock(occurrence.starts_local)}.`
    : "";
  const twice = occurrence.twice
    ? `Clocks go back that day and ${wanted} comes twice; the first one is meant.`
    : "";
  return (
    <>
      {[moved, twice].filter(Boolean).map((words) => (
        <span key={words} class="date-note">
          <Icon of={info} />
          {words}
        </span>
      ))}
      {occurrence.conflicts.map((conflict) => (
        <span key={conflict.session_id} class="date-note date-conflict">
          <Icon of={circleAlert} />
          <span>
            {conflict.people.length > 0 ? listed(conflict.people) : "Somebody"}{" "}
            {conflict.people.length > 1 ? "are" : "is"} also in <strong>{conflict.title}</strong>,{" "}
            {clock(new Date(conflict.starts_at), hub)} to {clock(new Date(conflict.ends_at), hub)} (
            {zoneName(hub)})
          </span>
        </span>
      ))}
    </>
  );
}
