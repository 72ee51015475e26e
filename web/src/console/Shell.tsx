import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Account } from "../api/types";
import { Brand } from "../ui/Brand";
import { Icon } from "../ui/Icon";
import { calendar, chartNoAxesColumn, layoutGrid, list, listChecks, settings, users } from "../ui/icons";
import { addressOf, type Route } from "./logic/route";
import { route } from "./state/route";

const PLACES: readonly {
  name: Route["name"];
  to: Route;
  words: string;
  icon: string;
  /** Pages that lie below it. */
  holds?: readonly Route["name"][];
}[] = [
  { name: "today", to: { name: "today" }, words: "Today", icon: listChecks },
  { name: "calendar", to: { name: "calendar" }, words: "Calendar", icon: calendar },
  {
    name: "sessions",
    to: { name: "sessions" },
    words: "Sessions",
    icon: list,
    holds: ["session", "attendance", "session-credit"],
  },
  {
    name: "programs",
    to: { name: "programs" },
    words: "Programs",
    icon: layoutGrid,
    holds: ["program", "program-credit", "series", "completion", "new-series", "change-series"],
  },
  {
    name: "people",
    to: { name: "people" },
    words: "People",
    icon: users,
    holds: ["person", "doubles", "unmatched", "sites"],
  },
  { name: "reports", to: { name: "reports" }, words: "Reports", icon: chartNoAxesColumn, holds: ["claims"] },
  {
    name: "settings",
    to: { name: "settings" },
    words: "Settings",
    icon: settings,
    holds: ["privacy", "updates"],
  },
];

/** The frame of the console: places at the left, on a phone at the bottom, and the page beside them. */
export function Shell({ account, children }: { account: Account; children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const at = route.value;
  // Moving through the days of the calendar stays on one page: the focus is on a day there.
  const key = at.name === "calendar" ? at.name : addressOf(at);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <div class="shell">
      <button type="button" class="skip button" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="shell-side">
        <div class="shell-brand">
          <Brand href="/console" />
        </div>
        <nav class="shell-nav" aria-label="Console">
          {PLACES.map(({ name, to, words, icon, holds }) => {
            const here = at.name === name || holds?.includes(at.name);
            return (
              <a key={name} href={addressOf(to)} {...(here ? { "aria-current": "page" as const } : {})}>
                <Icon of={icon} />
                <span>{words}</span>
              </a>
            );
          })}
        </nav>
        <p class="shell-account" title={account.email}>
          <span class="muted small">Signed in as</span>
          {account.name}
        </p>
      </header>
      <main class="shell-main" id="content" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
