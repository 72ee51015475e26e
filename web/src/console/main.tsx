import { useEffect } from "preact/hooks";
import { Button } from "../ui/Button";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import { AttendancePage } from "./attendance/AttendancePage";
import { CalendarPage } from "./calendar/CalendarPage";
import { CompletionPage } from "./credit/CompletionPage";
import { ProgramCreditPage } from "./credit/ProgramCreditPage";
import { SessionCreditPage } from "./credit/SessionCreditPage";
import { MatchPage } from "./match/MatchPage";
import { LeaveDialog } from "./parts/LeaveDialog";
import { DoublesPage } from "./people/DoublesPage";
import { PeoplePage } from "./people/PeoplePage";
import { PersonPage } from "./people/PersonPage";
import { PrivacyPage } from "./privacy/PrivacyPage";
import { ProgramPage } from "./programs/ProgramPage";
import { ProgramsPage } from "./programs/ProgramsPage";
import { ClaimsPage } from "./reports/ClaimsPage";
import { ReportsPage } from "./reports/ReportsPage";
import { Shell } from "./Shell";
import { ChangeSeriesPage } from "./series/ChangeSeriesPage";
import { NewSeriesPage } from "./series/NewSeriesPage";
import { SeriesPage } from "./series/SeriesPage";
import { SessionPage } from "./session/SessionPage";
import { SessionsPage } from "./sessions/SessionsPage";
import { EndpointPage } from "./settings/EndpointPage";
import { SettingsPage } from "./settings/SettingsPage";
import { SitesPage } from "./sites/SitesPage";
import { recognize, visitor } from "./state/account";
import { startClock } from "./state/clock";
import { guardTab } from "./state/leave";
import { followAddress, route } from "./state/route";
import { TodayPage } from "./today/TodayPage";
import "./styles/shell.css";
import "./styles/cards.css";
import "./styles/live.css";
import "./styles/lists.css";
import "./styles/people.css";
import "./styles/records.css";
import "./styles/forms.css";
import "./styles/calendar.css";
import "./styles/programs.css";
import "./styles/preview.css";
import "./styles/series.css";

function Console() {
  useEffect(() => {
    const stop = [startClock(), followAddress(), guardTab()];
    void recognize();
    return () => {
      for (const end of stop) end();
    };
  }, []);
  const who = visitor.value;
  if (who.is === "unknown") return null;
  if (who.is === "signed-out") return <SignedOut />;
  if (who.is === "unreachable") return <Unreachable words={who.words} />;
  return (
    <Shell account={who.account}>
      <Page account={who.account} />
      <LeaveDialog />
    </Shell>
  );
}

function Page({ account }: { account: Parameters<typeof SettingsPage>[0]["account"] }) {
  const at = route.value;
  if (at.name === "sessions") return <SessionsPage account={account} />;
  if (at.name === "session") return <SessionPage key={at.id} id={at.id} />;
  if (at.name === "attendance") return <AttendancePage key={at.id} id={at.id} />;
  if (at.name === "people") return <PeoplePage key={at.site ?? ""} siteId={at.site ?? ""} />;
  if (at.name === "person") return <PersonPage key={at.id} id={at.id} />;
  if (at.name === "doubles") return <DoublesPage />;
  if (at.name === "unmatched") return <MatchPage key={at.session ?? ""} session={at.session} />;
  if (at.name === "sites") return <SitesPage />;
  if (at.name === "calendar") return <CalendarPage day={at.day} account={account} />;
  if (at.name === "new-series")
    return <NewSeriesPage key={at.program ?? ""} program={at.program} account={account} />;
  if (at.name === "change-series")
    return <ChangeSeriesPage key={`${at.id} ${at.from ?? ""}`} id={at.id} from={at.from} />;
  if (at.name === "series") return <SeriesPage key={at.id} id={at.id} />;
  if (at.name === "programs") return <ProgramsPage account={account} />;
  if (at.name === "program") return <ProgramPage key={at.id} id={at.id} />;
  if (at.name === "session-credit") return <SessionCreditPage key={at.id} id={at.id} />;
  if (at.name === "completion") return <CompletionPage key={at.id} id={at.id} />;
  if (at.name === "reports") return <ReportsPage />;
  if (at.name === "claims") return <ClaimsPage />;
  if (at.name === "program-credit") return <ProgramCreditPage key={at.id} id={at.id} />;
  if (at.name === "privacy") return <PrivacyPage />;
  if (at.name === "updates") return <EndpointPage key={at.id} id={at.id} />;
  if (at.name === "settings") return <SettingsPage account={account} />;
  return <TodayPage account={account} />;
}

function SignedOut() {
  return (
    <PlainPage
      title="Sign in to open the console"
      actions={
        <a class="button" href="/practice">
          Test your device instead
        </a>
      }
    >
      <p>
        Open your personal sign-in link on this device. Each works once; for a new one ask whoever runs this
        service, or run this on the machine it runs on:
      </p>
      <code class="command">echo-session facilitator link</code>
      <p class="muted">Were you sent a link to a session? It needs no sign-in: open that link itself.</p>
    </PlainPage>
  );
}

function Unreachable({ words }: { words: string }) {
  return (
    <PlainPage
      title="The console cannot be reached"
      actions={
        <Button kind="primary" onClick={() => void recognize()}>
          Try again
        </Button>
      }
    >
      <p>{words}</p>
      <p class="muted">Sessions that are on go on without this page.</p>
    </PlainPage>
  );
}

start(Console);
