import { useState } from "preact/hooks";
import type { CalendarItem } from "../../api/calendar";
import { listPrograms, type Program } from "../../api/programs";
import type { Account } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { calendar, chevronLeft, chevronRight, list, plus } from "../../ui/icons";
import { byDay } from "../logic/agenda";
import { addMonths, isDay, monthTitle } from "../logic/days";
import { sundayFirst, weeksOf } from "../logic/month";
import { contactOf } from "../logic/session-form";
import { browserZone, dayOf, zoneName } from "../logic/time";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { SessionSheet } from "../sessions/SessionSheet";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { goTo, showInstead } from "../state/route";
import { Agenda } from "./Agenda";
import { DaySheet } from "./DaySheet";
import { MonthGrid } from "./MonthGrid";
import { ProgramKey } from "./ProgramKey";
import { useCalendar } from "./use-calendar";

type View = "month" | "agenda";

const NARROW = "(width < 720px)";
const MOST_PROGRAMS = 200;
const chosen: { view: View | null } = { view: null };

/** A month of sessions: as a grid, or as a list of days on a phone. */
export function CalendarPage({ day: wanted, account }: { day?: string | undefined; account: Account }) {
  const zone = browserZone();
  const today = dayOf(now.value, zone);
  const day = wanted && isDay(wanted) ? wanted : today;
  const sunday = sundayFirst(navigator.language);
  const [view, setView] = useState<View>(chosen.view ?? (matchMedia(NARROW).matches ? "agenda" : "month"));
  const [program, setProgram] = useState("");
  const [opened, setOpened] = useState("");
  const [creating, setCreating] = useState("");
  const weeks = weeksOf(day, sunday);
  const items = useCalendar(weeks[0]?.[0] ?? day, weeks.at(-1)?.[6] ?? day, zone, program);
  const programs = useResource("programs", () => listPrograms({ limit: MOST_PROGRAMS }), null);
  const hues = idsOf(programs.value?.items ?? []);
  const days = byDay(items.value?.items ?? [], zone);
  const go = (next: string) => showInstead({ name: "calendar", day: next });
  const shared = { days, hues, today, zone };

  function choose(next: View) {
    chosen.view = next;
    setView(next);
  }

  return (
    <>
      <PageHead
        title={monthTitle(day)}
        lines={<p class="muted">Times where you are ({zoneName(zone)})</p>}
        actions={
          <>
            <div class="calendar-steps">
              <Button icon={chevronLeft} aria-label="Month before" onClick={() => go(addMonths(day, -1))} />
              <Button onClick={() => go(today)}>Today</Button>
              <Button icon={chevronRight} aria-label="Month after" onClick={() => go(addMonths(day, 1))} />
            </div>
            <fieldset class="segments">
              <legend class="visually-hidden">View</legend>
              <label>
                <input type="radio" name="view" checked={view === "month"} onChange={() => choose("month")} />
                <Icon of={calendar} />
                Month
              </label>
              <label>
                <input
                  type="radio"
                  name="view"
                  checked={view === "agenda"}
                  onChange={() => choose("agenda")}
                />
                <Icon of={list} />
                Agenda
              </label>
            </fieldset>
          </>
        }
      />
      <Problem words={items.problem} retry={() => void items.reload()} />
      <ProgramKey programs={programs.value?.items ?? []} hues={hues} chosen={program} onChosen={setProgram} />
      {items.value?.truncated && (
        <Banner>
          There is more in this month than can be shown. Choose a program to see all of its sessions.
        </Banner>
      )}
      {view === "month" ? (
        <MonthGrid
          {...shared}
          day={day}
          weeks={weeks}
          sunday={sunday}
          loading={items.loading}
          onDay={go}
          onOpen={setOpened}
        />
      ) : (
        <Agenda
          {...shared}
          month={day}
          loading={items.loading}
          create={<NewSession onClick={() => setCreating(day)} />}
        />
      )}
      {opened && !creating && (
        <DaySheet
          {...shared}
          day={opened}
          onClose={() => setOpened("")}
          onCreate={() => setCreating(opened)}
        />
      )}
      {creating && (
        <SessionSheet
          day={later(creating, today)}
          contact={contactOf(account)}
          onClose={() => setCreating("")}
          onSaved={(session) => goTo({ name: "session", id: session.id })}
        />
      )}
    </>
  );
}

function NewSession({ onClick }: { onClick(): void }) {
  return (
    <Button icon={plus} onClick={onClick}>
      New session
    </Button>
  );
}

function later(one: string, other: string): string {
  return [one, other].sort()[1] as string;
}

/** In the order in which they were made, which no new one changes: a colour stays. */
function idsOf(programs: readonly Program[]): readonly string[] {
  return [...programs].sort((a, b) => a.created_at.localeCompare(b.created_at)).map(({ id }) => id);
}

export interface DaysProps {
  days: ReadonlyMap<string, readonly CalendarItem[]>;
  /** Ids of all programs, in the order of their colours. */
  hues: readonly string[];
  today: string;
  zone: string;
}
