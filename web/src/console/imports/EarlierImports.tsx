import { type Import, listImports } from "../../api/imports";
import { Button } from "../../ui/Button";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { useOlder } from "../state/use-list";
import { earlierWords, openWords, whenWords } from "./words";

const PAGE = 5;

/** What was imported before, or read and then left; what is not done yet can be gone on with. */
export function EarlierImports({ onOpen }: { onOpen(one: Import): void }) {
  const first = useResource("imports", () => listImports(PAGE), null);
  const older = useOlder("imports", (cursor) => listImports(4 * PAGE, cursor));
  const items = [...(first.value?.items ?? []), ...older.items];
  const next = older.items.length > 0 ? older.next : (first.value?.next ?? null);
  if (items.length === 0 && !first.problem) return null;
  return (
    <Section title="Earlier imports">
      <Problem words={first.problem || older.problem} retry={() => void first.reload()} />
      <ul class="rows panel earlier-imports">
        {items.map((one) => (
          <li key={one.id} class="row">
            <div class="row-main">
              <span class="row-title">{one.filename}</span>
              <span class="row-note small">{whenWords(one, browserZone(), now.value)}</span>
              <span class="small">{earlierWords(one)}</span>
            </div>
            {one.state !== "staging" && (
              <Button
                kind={one.unfinished ? "primary" : "plain"}
                aria-label={`${openWords(one)}: ${one.filename}`}
                onClick={() => onOpen(one)}
              >
                {openWords(one)}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {next && (
        <Button disabled={older.busy} onClick={() => older.more(next)}>
          Show more imports
        </Button>
      )}
    </Section>
  );
}
