import { useRef, useState } from "preact/hooks";
import { readSeries } from "../../api/series";
import { readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { arrowLeft } from "../../ui/icons";
import { shortDay } from "../logic/days";
import { addressOf } from "../logic/route";
import { draftOfSeries, rebaseSeries, type SeriesDraft } from "../logic/series-form";
import { browserZone, dayOf } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { SessionSheet } from "../sessions/SessionSheet";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { goTo } from "../state/route";
import { ScopeChoice } from "./ScopeChoice";
import { type SeriesChange, SeriesEditor } from "./SeriesEditor";

/** Changes a series: all of it, or from one session on. */
export function ChangeSeriesPage({ id, from }: { id: string; from?: string | undefined }) {
  const found = useResource(`${id} ${from ?? ""}`, () => load(id, from), null);
  const [following, setFollowing] = useState(true);
  const [one, setOne] = useState(false);
  /** What is typed, and on top of which form: it goes along where the choice of what is changed is changed. */
  const typed = useRef<{ before: SeriesDraft; draft: SeriesDraft } | null>(null);
  const done = () => goTo({ name: "series", id });
  const value = found.value;
  const session = value?.session;
  const part = session && following ? session.value : null;
  const change = value ? changeOf(id, value, part) : undefined;
  const kept = typed.current;
  const initial = change && kept ? rebaseSeries(kept.before, kept.draft, change.draft) : change?.draft;
  return (
    <>
      <a class="back" href={addressOf({ name: "series", id })}>
        <Icon of={arrowLeft} />
        {value?.series.value.title ?? "Series"}
      </a>
      <PageHead title="Change series" />
      <Problem words={found.problem} retry={() => void found.reload()} />
      {value && change && initial && (
        <SeriesEditor
          key={part?.id ?? "all"}
          change={change}
          programs={[]}
          program={value.series.value.program_id}
          initial={initial}
          today={dayOf(now.value, browserZone())}
          head={
            session && (
              <ScopeChoice
                scope={following ? "following" : "all"}
                day={shortDay(session.value.starts_local.slice(0, 10))}
                onScope={(scope) => {
                  if (scope === "one") setOne(true);
                  else setFollowing(scope === "following");
                }}
              />
            )
          }
          onProgram={() => undefined}
          onDraft={(draft) => {
            typed.current = { before: change.draft, draft };
          }}
          onSaved={done}
          onClose={done}
        />
      )}
      {one && session && (
        <SessionSheet
          change={{ session: session.value, etag: session.etag }}
          onClose={() => setOne(false)}
          onSaved={done}
        />
      )}
    </>
  );
}

async function load(id: string, from: string | undefined) {
  const [series, session] = await Promise.all([readSeries(id), from ? readSession(from) : undefined]);
  return { series, session };
}

function changeOf(
  id: string,
  value: Awaited<ReturnType<typeof load>>,
  session: Session | null,
): SeriesChange {
  const from = session ? (session.original_local ?? session.starts_local).slice(0, 10) : null;
  const read = (tagged: Awaited<ReturnType<typeof readSeries>>) => ({
    series: tagged.value,
    etag: tagged.etag,
    draft: draftOfSeries({ series: tagged.value, from }),
  });
  return { ...read(value.series), from: session?.id ?? null, newest: async () => read(await readSeries(id)) };
}
