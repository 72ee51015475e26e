import { listUnmatched } from "../../api/matching";
import { listSuggestions } from "../../api/people";
import type { Page } from "../../api/types";
import { addressOf, type Route } from "../logic/route";
import { useResource } from "../state/resource";
import { route } from "../state/route";

const TABS: readonly { to: Route; words: string }[] = [
  { to: { name: "people" }, words: "People" },
  { to: { name: "sites" }, words: "Sites" },
  { to: { name: "unmatched" }, words: "Who is this?" },
  { to: { name: "doubles" }, words: "Same person?" },
];
const REFRESH_MS = 60_000;

/** The lists that say who takes part; `decided` counts what was decided here, so that the rest is counted anew. */
export function PeopleTabs({ decided = 0 }: { decided?: number }) {
  const at = route.value;
  const doubles = useResource(`doubles in sight, ${decided}`, () => listSuggestions(), REFRESH_MS).value;
  const unmatched = useResource(`unmatched in sight, ${decided}`, () => listUnmatched(""), null).value;
  const counts: Partial<Record<Route["name"], string>> = {
    doubles: inSight(doubles),
    unmatched: inSight(unmatched),
  };
  return (
    <nav class="tabs" aria-label="People and sites">
      {TABS.map(({ to, words }) => (
        <a
          key={to.name}
          href={addressOf(to)}
          {...(at.name === to.name ? { "aria-current": "page" as const } : {})}
        >
          {words}
          {counts[to.name] && <span class="tab-count">{counts[to.name]}</span>}
        </a>
      ))}
    </nav>
  );
}

/** "3", or "50+" where there are more pages; empty where nothing waits. */
function inSight(page: Page<unknown> | undefined): string {
  return page && page.items.length > 0 ? `${page.items.length}${page.next ? "+" : ""}` : "";
}
