import { useState } from "preact/hooks";
import type { PublicPage } from "../api/public";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { clock } from "../ui/icons";
import { Select } from "../ui/Select";
import { zoneName } from "../ui/zones";
import { dateLines, ruleWords, zoneWords } from "./dates";

const FIRST = 4;

export interface DatesProps {
  page: PublicPage;
  zone: string;
  onZone(zone: string): void;
}

/** When it is, in the visitor's zone; a date at another time than usual says so. */
export function Dates({ page, zone, onZone }: DatesProps) {
  const [all, setAll] = useState(false);
  const [choosing, setChoosing] = useState(false);
  if (page.dates.length === 0) return <p class="muted">No dates are set yet. You will be told by e-mail.</p>;
  const lines = dateLines(page.dates, zone, new Date());
  const shown = all ? lines : lines.slice(0, FIRST);
  const several = new Set(page.dates.map((date) => date.title)).size > 1;
  return (
    <section class="dates" aria-labelledby="dates">
      <h2 id="dates">When</h2>
      {page.words.map((words) => (
        <p key={words}>{ruleWords(words, page.zone)}</p>
      ))}
      <ul class="date-list">
        {shown.map((line, index) => (
          <li key={line.id}>
            <span class="date-day">
              <time dateTime={line.at}>{line.day}</time>
            </span>
            <span>
              {line.time}
              {line.hub && <span class="muted date-note">{line.hub}</span>}
              {several && <span class="muted date-note">{page.dates[index]?.title}</span>}
              {line.shift && (
                <span class="date-shift">
                  <Icon of={clock} />
                  {line.shift}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div class="dates-foot">
        {!all && lines.length > FIRST && (
          <Button onClick={() => setAll(true)}>Show all {lines.length} dates</Button>
        )}
        <p class="muted small">
          {zoneWords(zone, page.zone)}{" "}
          {!choosing && (
            <button type="button" class="text-button" onClick={() => setChoosing(true)}>
              Change
            </button>
          )}
        </p>
      </div>
      {choosing && (
        <Select label="Your time zone" options={zoneOptions(zone)} value={zone} onValue={onZone} />
      )}
    </section>
  );
}

/** Every zone of this browser, named as people know it and by its city. */
function zoneOptions(own: string) {
  const ids = [...new Set([own, ...Intl.supportedValuesOf("timeZone"), "UTC"])];
  return ids.map((id) => ({ value: id, label: `${id.replaceAll("_", " ")} (${zoneName(id)})` }));
}
