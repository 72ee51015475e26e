import { useState } from "preact/hooks";
import type { Tagged } from "../../api/http";
import { readSeries, restoreSeries, type Series } from "../../api/series";
import { listSessions } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft, pencil } from "../../ui/icons";
import { readerClocks } from "../logic/preview";
import { addressOf } from "../logic/route";
import { zoneName } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { seriesTabs, Tabs } from "../parts/Tabs";
import { RegistrationsSection } from "../registrations/RegistrationsSection";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { CancelSheet } from "./CancelSheet";
import { RestoreButton } from "./RestoreButton";
import { ScopeSheet } from "./ScopeSheet";
import { SeriesFacts } from "./SeriesFacts";
import { SessionsSection } from "./SessionsSection";

const REFRESH_MS = 30_000;
const PAGE = 200;

/** Every session of a series, in order; there are 366 a part at most. */
async function listAll(id: string): Promise<readonly Session[]> {
  const found: Session[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await listSessions({
      series_id: id,
      order: "asc",
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
    });
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

type Doing = { readonly what: "change" | "cancel"; readonly session: Session | null };

/** A series: when it is, its sessions, who is registered, and what can be done about all of it. */
export function SeriesPage({ id }: { id: string }) {
  const series = useResource(id, () => readSeries(id), REFRESH_MS);
  const sessions = useResource(`${id} sessions`, () => listAll(id), REFRESH_MS);
  const [doing, setDoing] = useState<Doing | null>(null);
  const found = series.value?.value;

  function changed() {
    void series.reload();
    void sessions.reload();
  }

  return (
    <>
      <a
        class="back"
        href={addressOf(found ? { name: "program", id: found.program_id } : { name: "programs" })}
      >
        <Icon of={arrowLeft} />
        {found?.program_name ?? "Programs"}
      </a>
      <Problem words={series.problem || sessions.problem} retry={changed} />
      {found && (
        <>
          <Head
            series={found}
            onCancel={() => setDoing({ what: "cancel", session: null })}
            onChanged={changed}
          />
          <Tabs label="Series" tabs={seriesTabs(id)} />
          <div class="columns-room">
            <div class="columns">
              <div class="column-main">
                <RegistrationsSection
                  scope="series"
                  id={id}
                  name={found.title}
                  registered={found.registered}
                  onChanged={() => void series.reload()}
                >
                  <SessionsSection
                    sessions={sessions.value}
                    onChange={(session) => setDoing({ what: "change", session })}
                    onCancel={(session) => setDoing({ what: "cancel", session })}
                    onChanged={changed}
                  />
                </RegistrationsSection>
              </div>
              <div class="column-side">
                <SeriesFacts series={found} />
              </div>
            </div>
          </div>
        </>
      )}
      {found && doing && (
        <Doings
          series={series.value as Tagged<Series>}
          sessions={sessions.value ?? []}
          doing={doing}
          onClose={() => setDoing(null)}
          onDone={changed}
        />
      )}
    </>
  );
}

function Head({ series, onCancel, onChanged }: { series: Series; onCancel(): void; onChanged(): void }) {
  const cancelled = series.status === "cancelled";
  return (
    <PageHead
      title={series.title}
      mark={cancelled && <span class="status">Cancelled</span>}
      lines={series.parts.map((part) => (
        <p key={part.id}>
          {readerClocks(part.words)} ({zoneName(part.zone)})
        </p>
      ))}
      actions={
        cancelled ? (
          <RestoreButton
            what="series"
            people={series.registered}
            work={(notify) => restoreSeries(series.id, notify)}
            onDone={onChanged}
          />
        ) : (
          <>
            <Button
              kind="primary"
              icon={pencil}
              onClick={() => goTo({ name: "change-series", id: series.id })}
            >
              Change series
            </Button>
            <Button onClick={onCancel}>Cancel…</Button>
          </>
        )
      }
    />
  );
}

function Doings(props: {
  series: Tagged<Series>;
  sessions: readonly Session[];
  doing: Doing;
  onClose(): void;
  onDone(): void;
}) {
  const { series, sessions, doing, onClose, onDone } = props;
  if (doing.what === "change" && doing.session) {
    return <ScopeSheet session={doing.session} onClose={onClose} onSaved={onDone} />;
  }
  return (
    <CancelSheet
      key={doing.session?.id ?? "all"}
      series={series.value}
      session={doing.session}
      sessions={sessions}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
