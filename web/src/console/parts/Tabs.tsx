import { addressOf, type Route } from "../logic/route";
import { route } from "../state/route";

export interface Tab {
  readonly to: Route;
  readonly words: string;
  /** Shown beside the words, where it is not zero. */
  readonly count?: number | undefined;
}

/** Pages that belong together, under the title of each. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const at = addressOf(route.value);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ to, words, count }) => (
        <a
          key={words}
          href={addressOf(to)}
          {...(at === addressOf(to) ? { "aria-current": "page" as const } : {})}
        >
          {words}
          {Boolean(count) && <span class="tab-count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}

export function sessionTabs(id: string): readonly Tab[] {
  return [
    { to: { name: "session", id }, words: "Session" },
    { to: { name: "attendance", id }, words: "Attendance" },
    { to: { name: "session-credit", id }, words: "Credit" },
  ];
}

export function programTabs(id: string): readonly Tab[] {
  return [
    { to: { name: "program", id }, words: "Program" },
    { to: { name: "program-credit", id }, words: "Credit" },
  ];
}

export function seriesTabs(id: string): readonly Tab[] {
  return [
    { to: { name: "series", id }, words: "Series" },
    { to: { name: "completion", id }, words: "Completion" },
  ];
}
