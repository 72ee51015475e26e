import { useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { ConfirmButton } from "../ui/ConfirmButton";
import { Icon } from "../ui/Icon";
import {
  mic,
  micOff,
  monitorUp,
  signalZero,
  smartphone,
  tablet,
  users,
  userX,
  video,
  videoOff,
} from "../ui/icons";
import type { Participant } from "../wire";
import { moderates } from "./actions";
import { LobbyList } from "./LobbyList";
import { panel } from "./panel";
import { SessionControls } from "./SessionControls";
import { SharedCameras } from "./SharedCameras";
import { SidePanel } from "./SidePanel";
import { bySite } from "./state";

/** Who is here, by site; for facilitators who waits, and what they can do about both. */
export function PeoplePanel() {
  const session = useSession();
  const room = session.room.value;
  const leads = moderates(session);
  const practice = session.info.value?.kind === "practice";
  const everybody = [...(room?.participants.values() ?? [])];
  const groups = bySite(everybody);
  const noisy = everybody.some((one) => one.microphone && one.participant_id !== session.selfId.value);
  return (
    <SidePanel title={`People (${everybody.length})`}>
      {leads && <LobbyList />}
      {leads && (
        <Button
          icon={micOff}
          wide
          disabled={!noisy}
          onClick={() => session.send({ type: "mute", source: "microphone" })}
        >
          Mute everybody else
        </Button>
      )}
      {practice || <WithYou />}
      {leads && !practice && <SharedCameras />}
      {groups.map(({ site, people }) => (
        <section key={site} class="people-site">
          <h3>{site || (groups.length > 1 ? "Without a site" : "Here now")}</h3>
          <ul>
            {people.map((one) => (
              <Person key={one.participant_id} one={one} leads={leads} />
            ))}
          </ul>
        </section>
      ))}
      {leads && !practice && <SessionControls />}
    </SidePanel>
  );
}

/** The way to check in others in front of this device's own camera. */
function WithYou() {
  const here = useSession().company.here.value.length;
  return (
    <Button
      icon={users}
      wide
      onClick={() => {
        panel.value = "company";
      }}
    >
      {here > 0 ? `With you at this camera: ${here}` : "Who is with you?"}
    </Button>
  );
}

const roles: Partial<Record<Participant["role"], string>> = {
  facilitator: "Facilitator",
  coordinator: "Coordinator",
  panelist: "Hub team",
  observer: "Watching",
};

function Person({ one, leads }: { one: Participant; leads: boolean }) {
  const session = useSession();
  const self = one.participant_id === session.selfId.value;
  const person = one.person_id === session.self.value?.person_id;
  const note = [self ? "You" : "", roles[one.role] ?? "", one.connected ? "" : "Reconnecting"]
    .filter(Boolean)
    .join(" · ");
  return (
    <li class="person" data-person={one.participant_id}>
      <div class="person-who">
        <span class="person-name">{one.name}</span>
        {note && <span class="person-note">{note}</span>}
      </div>
      <div class="person-state">
        {one.device === "phone" && <Icon of={smartphone} label="On a phone" />}
        {one.device === "tablet" && <Icon of={tablet} label="On a tablet" />}
        {!one.connected && <Icon of={signalZero} label="Reconnecting" />}
        {one.screen && <Icon of={monitorUp} label="Shares the screen" />}
        <Icon of={one.camera ? video : videoOff} label={one.camera ? "Camera on" : "Camera off"} />
        {!(leads && !self && one.microphone) && (
          <Icon of={one.microphone ? mic : micOff} label={one.microphone ? "Microphone on" : "Muted"} />
        )}
      </div>
      {leads && !self && (
        <div class="person-actions">
          {one.microphone && (
            <Button
              kind="quiet"
              icon={mic}
              aria-label={`Mute ${one.name}`}
              title={`Mute ${one.name}`}
              onClick={() =>
                session.send({ type: "mute", participant_id: one.participant_id, source: "microphone" })
              }
            />
          )}
          {!person && (
            <ConfirmButton
              kind="quiet"
              icon={userX}
              label={`Remove ${one.name}`}
              question={`Remove ${one.name}? A personal link will not let them in again; the public link still does.`}
              confirm="Remove"
              keep="Keep"
              onConfirm={() => session.send({ type: "remove", participant_id: one.participant_id })}
            />
          )}
        </div>
      )}
    </li>
  );
}
