import { useState } from "preact/hooks";
import { type AuditEntry, listAudit } from "../../api/privacy";
import { Button } from "../../ui/Button";
import { actorWords, deedWords } from "../logic/privacy";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Segments } from "../parts/SearchField";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useList } from "../state/use-list";

const FILTERS: readonly { value: string; words: string }[] = [
  { value: "", words: "All" },
  { value: "attendance", words: "Attendance" },
  { value: "report", words: "Reports" },
  { value: "people", words: "Exports of people" },
];

/** Who looked at, changed or exported what, latest first. */
export function AuditSection() {
  const [action, setAction] = useState("");
  const list = useList(
    `audit ${action}`,
    (cursor) => listAudit({ limit: 20, action, ...after(cursor) }),
    null,
  );
  return (
    <Section title="Who looked at what">
      <div class="list-search">
        <Segments
          legend="Which deeds"
          name="audit-action"
          options={FILTERS}
          value={action}
          onValue={setAction}
        />
      </div>
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title="Nobody has">
          Whoever opens or exports attendance, credit or people is listed here.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
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

function after(cursor: string | undefined) {
  return cursor ? { cursor } : {};
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const title = deedWords(entry);
  const session = entry.subject.startsWith("ses_");
  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">
          {title}
          {entry.subject_name && ": "}
          {entry.subject_name &&
            (session ? (
              <a href={addressOf({ name: "session", id: entry.subject })}>{entry.subject_name}</a>
            ) : (
              entry.subject_name
            ))}
        </span>
        <span class="row-note">
          {actorWords(entry)}, {stampWords(entry.at, browserZone(), now.value)}
        </span>
        {entry.detail && <span class="row-note small">{entry.detail}</span>}
      </div>
    </li>
  );
}
