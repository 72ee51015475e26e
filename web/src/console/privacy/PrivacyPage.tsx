import { listErasures, listRemovals, readRetention } from "../../api/privacy";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft } from "../../ui/icons";
import { className, erasureWords, keptFor } from "../logic/privacy";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone, plural } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useList } from "../state/use-list";
import { AuditSection } from "./AuditSection";

/** What is kept of people and for how long, what was removed, and who looked. */
export function PrivacyPage() {
  return (
    <>
      <a class="back" href={addressOf({ name: "settings" })}>
        <Icon of={arrowLeft} />
        Settings
      </a>
      <PageHead
        title="Privacy"
        lines={<p class="muted">What is kept of people, for how long, and who looked at it.</p>}
      />
      <KeptSection />
      <AuditSection />
      <RemovalsSection />
      <ErasuresSection />
    </>
  );
}

function stamp(instant: string): string {
  return stampWords(instant, browserZone(), now.value);
}

function KeptSection() {
  const kept = useResource("retention", readRetention, null);
  const found = kept.value;
  return (
    <Section title="How long it is kept">
      <Problem words={kept.problem} retry={() => void kept.reload()} />
      {found && (
        <>
          <ul class="rows panel">
            {found.items.map((one) => (
              <li class="row" key={one.name}>
                <div class="row-main">
                  <span class="row-title">{className(one)}</span>
                  <span class="row-note">{one.words}</span>
                </div>
                <span class="strong">{keptFor(one.days)}</span>
              </li>
            ))}
          </ul>
          <p class="muted small">
            What is old enough is removed by itself, every {plural(found.every_hours, "hour")}. Whoever runs
            this service says how long, in its settings.
          </p>
        </>
      )}
    </Section>
  );
}

function RemovalsSection() {
  const list = useList("removals", listRemovals, null);
  return (
    <Section title="Attendance that was removed">
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title="Nothing was removed">
          Where the attendance of a session is too old to be kept, what is left is one line here.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((one) => (
            <li class="row" key={one.session_id}>
              <div class="row-main">
                <span class="row-title">{one.title || "A session"}</span>
                <span class="row-note">
                  {plural(one.people, "person", "people")}
                  {one.starts_at ? `, ${stamp(one.starts_at)}` : ""}. Removed {stamp(one.removed_at)}:{" "}
                  {one.reason}.
                </span>
              </div>
            </li>
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

function ErasuresSection() {
  const list = useList("erasures", listErasures, null);
  return (
    <Section title="People who were erased">
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title="Nobody was erased">
          Somebody who asks to be forgotten is erased at the end of their own page, under People.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((one) => (
            <li class="row" key={one.id}>
              <div class="row-main">
                <span class="row-title">Erased {stamp(one.asked_at)}</span>
                <span class="row-note">{erasureWords(one, stamp)}</span>
                {one.reason && <span class="row-note small">Because: {one.reason}</span>}
              </div>
            </li>
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
