import type { CalendarItem } from "../../api/calendar";
import { hubWords, hueOf, marksOf, spanOf } from "../logic/agenda";
import { addressOf } from "../logic/route";
import { capital } from "../logic/time";
import { statusWords } from "../logic/today";

/** A session of a day, as one link. */
export function AgendaItem({
  item,
  hues,
  zone,
}: {
  item: CalendarItem;
  hues: readonly string[];
  zone: string;
}) {
  const hub = hubWords(item, zone);
  const rest = marksOf(item).filter((mark) => mark !== "cancelled" && mark !== "live");
  const program = item.program_name !== item.title ? item.program_name : null;
  return (
    <li class="row row-link agenda-row">
      <span class={`agenda-bar hue-${hueOf(item.program_id, hues)}`} aria-hidden="true" />
      <span class="agenda-time">{spanOf(item, zone)}</span>
      <div class="row-main">
        <a class="row-title" data-row href={addressOf({ name: "session", id: item.id })}>
          {item.status === "cancelled" ? <s>{item.title}</s> : item.title}
        </a>
        <span class="row-note">{[program, hub, ...rest.map(capital)].filter(Boolean).join(", ")}</span>
      </div>
      {item.status !== "scheduled" && item.status !== "closed" && (
        <span class={`status status-${item.status}`}>{statusWords(item)}</span>
      )}
    </li>
  );
}
