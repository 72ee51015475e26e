import { useRef, useState } from "preact/hooks";
import { listUnmatched } from "../../api/matching";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { arrowLeft } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { PeopleTabs } from "../people/PeopleTabs";
import { useList } from "../state/use-list";
import { MatchCard } from "./MatchCard";
import "./match.css";

/** Who came and is not yet known, and whom they may be. Their time is kept; credit waits for the word said here. */
export function MatchPage({ session = "" }: { session?: string | undefined }) {
  /** Each look is noted as one at people and their time, so nothing looks by itself. */
  const list = useList(`unmatched ${session}`, (cursor) => listUnmatched(session, cursor), null);
  const [decided, setDecided] = useState<{ ids: ReadonlySet<string>; words: string }>({
    ids: new Set(),
    words: "",
  });
  const said = useRef<HTMLDivElement>(null);
  const items = list.items.filter((one) => !decided.ids.has(one.person.id));
  return (
    <>
      {session && (
        <a class="back" href={addressOf({ name: "attendance", id: session })}>
          <Icon of={arrowLeft} />
          Attendance
        </a>
      )}
      <PageHead
        title="Who is this?"
        lines={session && <p class="muted">Visitors of one session. The others wait here too.</p>}
        actions={
          session && (
            <a class="button" href={addressOf({ name: "unmatched" })}>
              Show everybody
            </a>
          )
        }
      />
      {!session && <PeopleTabs decided={decided.ids.size} />}
      {decided.words && (
        <div ref={said} tabIndex={-1}>
          <Banner kind="good">{decided.words}</Banner>
        </div>
      )}
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && items.length === 0 && !list.longer && (
        <Empty title="Everybody is known">
          Who comes by a public link, or checks in with a name only, waits here until you say who it is. Their
          time is kept meanwhile; only credit waits.
        </Empty>
      )}
      <div class="cards">
        {items.map((one) => (
          <MatchCard
            key={one.person.id}
            visitor={one}
            onDecided={(words) => {
              setDecided((before) => ({ ids: new Set([...before.ids, one.person.id]), words }));
              void list.reload();
              requestAnimationFrame(() => said.current?.focus()); // its card is gone, and the focus with it
            }}
          />
        ))}
      </div>
      {list.longer && (
        <Button disabled={list.busy} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
    </>
  );
}
