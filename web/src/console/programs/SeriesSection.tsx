import type { Program } from "../../api/programs";
import { listSeries, type Series } from "../../api/series";
import { Button } from "../../ui/Button";
import { readerClocks } from "../logic/preview";
import { addressOf } from "../logic/route";
import { dayWords, plural, zoneName } from "../logic/time";
import { listKeys } from "../parts/list-keys";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useList } from "../state/use-list";

const PAGE = 50;
const REFRESH_MS = 60_000;

/** The series of a program. */
export function SeriesSection({ program }: { program: Program }) {
  const asked = { program_id: program.id, limit: PAGE };
  const list = useList(
    `${program.id} series`,
    (cursor) => listSeries({ ...asked, ...(cursor ? { cursor } : {}) }),
    REFRESH_MS,
  );
  return (
    <Section title="Series">
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty
          title="No series yet"
          action={
            <a class="button button-primary" href={addressOf({ name: "new-series", program: program.id })}>
              New series
            </a>
          }
        >
          Say once when it meets, and its sessions schedule themselves and find their people.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel" onKeyDown={listKeys}>
          {list.items.map((series) => (
            <SeriesRow key={series.id} series={series} />
          ))}
        </ul>
      )}
      {list.longer && (
        <Button disabled={list.busy} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function SeriesRow({ series }: { series: Series }) {
  const state = stateOf(series);
  return (
    <li class="row row-link">
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "series", id: series.id })}>
          {series.title}
        </a>
        {series.parts.map((part) => (
          <span key={part.id} class="row-note">
            {readerClocks(part.words)} ({zoneName(part.zone)})
          </span>
        ))}
      </div>
      <div class="series-end">
        <span class={state === "Cancelled" || state === "Over" ? "status" : "status status-scheduled"}>
          {state}
        </span>
        <span class="muted small">
          {plural(series.sessions, "session")}, {series.registered} registered
        </span>
      </div>
    </li>
  );
}

function stateOf(series: Series): string {
  if (series.status === "cancelled") return "Cancelled";
  const zone = series.parts[0]?.zone ?? "UTC";
  const first = series.first_at ? new Date(series.first_at) : null;
  if (first && first > now.value) return `From ${dayWords(first, zone, now.value)}`;
  return series.next_session_id ? "Running" : "Over";
}
