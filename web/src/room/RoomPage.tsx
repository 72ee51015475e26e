import { useEffect } from "preact/hooks";
import { PracticePanel } from "../practice/PracticePanel";
import { useSession } from "../session/SessionContext";
import { BottomBar } from "./BottomBar";
import { CompanyPanel } from "./CompanyPanel";
import { HelpDialog } from "./HelpDialog";
import { useKeys } from "./keys";
import { MorePanel } from "./MorePanel";
import { Notices } from "./Notices";
import { PeoplePanel } from "./PeoplePanel";
import { panel } from "./panel";
import { Stage } from "./Stage";
import { TopBar } from "./TopBar";
import { useMeasure } from "./useMeasure";
import { useNarrowNews } from "./useNarrow";
import "./room.css";
import "./tile.css";
import "./bar.css";
import "./side.css";

/** "Who is speaking, what is on stage, am I heard?" */
export function RoomPage() {
  const session = useSession();
  const practice = session.info.value?.kind === "practice";
  useKeys(session);
  useMeasure(session);
  useNarrowNews();
  useEffect(() => {
    if (practice) panel.value = "practice";
  }, [practice]);
  return (
    <div
      class={`room ${panel.value ? "room-with-side" : ""} ${panel.value === "practice" ? "room-practice" : ""}`}
    >
      <TopBar />
      <main class="room-stage">
        <Notices />
        <Stage />
      </main>
      {panel.value === "people" && <PeoplePanel />}
      {panel.value === "company" && <CompanyPanel />}
      {panel.value === "more" && <MorePanel />}
      {panel.value === "practice" && <PracticePanel />}
      <BottomBar />
      <HelpDialog />
    </div>
  );
}
