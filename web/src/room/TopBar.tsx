import { useNow, useSession } from "../session/SessionContext";
import { Icon } from "../ui/Icon";
import { monitorUp, signal as signalFull, signalLow, signalMedium } from "../ui/icons";
import { clockTime, timer } from "../ui/time";
import { quality, qualityWords } from "./quality";
import { measured } from "./useMeasure";
import { useNarrow } from "./useNarrow";

const glyphs = { good: signalFull, fair: signalMedium, narrow: signalMedium, poor: signalLow };

/** Title, time, who shares, and how the line is. */
export function TopBar() {
  const session = useSession();
  const info = session.info.value;
  const sharer = [...(session.room.value?.participants.values() ?? [])].filter((one) => one.screen).at(-1);
  const narrow = useNarrow();
  const line = session.line.value.name === "open" ? quality(measured.value, narrow) : "unknown";
  if (!info) return null;
  return (
    <header class="top">
      <h1 class="top-title">{info.title}</h1>
      {info.kind === "session" && <SessionTimer startsAt={info.starts_at} endsAt={info.ends_at} />}
      {sharer && (
        <span class="top-sharer">
          <Icon of={monitorUp} />
          {sharer.participant_id === session.selfId.value ? "You share" : `${sharer.name} shares`}
        </span>
      )}
      {line !== "unknown" && (
        <span class={`top-line top-line-${line}`} title={qualityWords[line]}>
          <Icon of={glyphs[line]} label={qualityWords[line]} />
        </span>
      )}
    </header>
  );
}

/** Time since the start, and the planned end beside it. */
function SessionTimer({ startsAt, endsAt }: { startsAt: string; endsAt: string }) {
  const now = useNow().getTime();
  const since = now - Date.parse(startsAt);
  const end = new Date(endsAt);
  return (
    <span class="top-timer">
      <span>{since < 0 ? `Starts at ${clockTime(new Date(startsAt))}` : timer(since)}</span>
      <span class="top-end">
        {since < 0 ? ", ends at " : " until "}
        {clockTime(end, undefined, true)}
      </span>
    </span>
  );
}
