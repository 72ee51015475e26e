import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { SessionContext, useSession } from "../session/SessionContext";
import { Session } from "../session/session";
import { JoinPage } from "./JoinPage";
import { LobbyPage } from "./LobbyPage";
import { ConnectingPage, OverPage } from "./PlainPages";

/** The room is fetched while the visitor looks at the join page, so that the join page itself stays light. */
const Room = signal<ComponentType | null>(null);

async function fetchRoom(): Promise<void> {
  if (Room.value) return;
  Room.value = (await import("../room/RoomPage")).RoomPage;
}

/** Everything behind a link: join page, lobby, room, and the pages for when it is over. */
export function JoinApp() {
  const token = location.hash.slice(1);
  const [session] = useState(() => (token ? new Session(token) : null));
  useEffect(() => {
    void session?.start();
  }, [session]);
  useEffect(() => {
    const other = () => location.reload(); // another link was pasted over this one
    addEventListener("hashchange", other);
    return () => removeEventListener("hashchange", other);
  }, []);
  if (!session) return <OverPage why="bad_link" message="" contact="" />;
  return (
    <SessionContext.Provider value={session}>
      <Phases />
    </SessionContext.Provider>
  );
}

function Phases() {
  const session = useSession();
  const phase = session.phase.value;
  const info = session.info.value;
  useEffect(() => {
    if (info) document.title = info.title;
  }, [info]);
  useEffect(() => {
    if (phase.name !== "connecting" && phase.name !== "over") void fetchRoom();
  }, [phase.name]);
  switch (phase.name) {
    case "connecting":
      return <ConnectingPage />;
    case "door":
      return <JoinPage />;
    case "joining": // in the room already where the line was away too long: nothing moves on screen then
      return session.room.value && Room.value ? <Room.value /> : <JoinPage />;
    case "waiting":
      return <LobbyPage />;
    case "in":
      return Room.value ? <Room.value /> : <ConnectingPage />;
    case "over":
      return (
        <OverPage
          why={phase.why}
          message={phase.message}
          contact={info?.contact ?? ""}
          device={info?.kind === "session" ? session.device : null}
        />
      );
  }
}
