import { addressOf, type Route } from "../logic/route";
import { route } from "../state/route";

const TABS: readonly { to: Route; words: string }[] = [
  { to: { name: "people" }, words: "People" },
  { to: { name: "sites" }, words: "Sites" },
  { to: { name: "doubles" }, words: "Same person?" },
];

/** The three lists that say who takes part. */
export function PeopleTabs() {
  const at = route.value;
  return (
    <nav class="tabs" aria-label="People and sites">
      {TABS.map(({ to, words }) => (
        <a
          key={to.name}
          href={addressOf(to)}
          {...(at.name === to.name ? { "aria-current": "page" as const } : {})}
        >
          {words}
        </a>
      ))}
    </nav>
  );
}
