import { listSuggestions } from "../../api/people";
import { addressOf, type Route } from "../logic/route";
import { useResource } from "../state/resource";
import { route } from "../state/route";

const TABS: readonly { to: Route; words: string }[] = [
  { to: { name: "people" }, words: "People" },
  { to: { name: "sites" }, words: "Sites" },
  { to: { name: "doubles" }, words: "Same person?" },
];

/** The three lists that say who takes part; `decided` counts what was decided here, so that the pairs are counted anew. */
export function PeopleTabs({ decided = 0 }: { decided?: number }) {
  const at = route.value;
  const doubles = useResource(`doubles in sight, ${decided}`, () => listSuggestions(), 60_000).value;
  const count = doubles ? `${doubles.items.length}${doubles.next ? "+" : ""}` : "0";
  return (
    <nav class="tabs" aria-label="People and sites">
      {TABS.map(({ to, words }) => (
        <a
          key={to.name}
          href={addressOf(to)}
          {...(at.name === to.name ? { "aria-current": "page" as const } : {})}
        >
          {words}
          {to.name === "doubles" && count !== "0" && <span class="tab-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
