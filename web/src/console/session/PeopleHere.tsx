import { bySite, type RoomState } from "../../room/state";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Icon } from "../../ui/Icon";
import { mic, micOff, monitorUp, userX, video, videoOff } from "../../ui/icons";
import type { ClientMessage, Participant } from "../../wire";
import { roleWords } from "../logic/roles";
import { plural } from "../logic/time";
import { useSteady } from "../parts/use-steady";

export interface PeopleHereProps {
  room: RoomState;
  send(message: ClientMessage): boolean;
}

/** Everybody in the room by site, with what a facilitator does about each. */
export function PeopleHere({ room, send }: PeopleHereProps) {
  const everybody = [...room.participants.values()];
  const sites = bySite(everybody);
  const people = new Set(everybody.map((one) => one.person_id)).size;
  const heard = everybody.filter((one) => one.microphone).length;
  return (
    <div class="here">
      <div class="here-head">
        <h3>{people === 0 ? "Nobody is here yet" : plural(people, "person here", "people here")}</h3>
        {heard > 0 && (
          <Button
            kind="quiet"
            icon={micOff}
            onClick={() => send({ type: "mute", participant_id: null, source: "microphone" })}
          >
            Mute everyone
          </Button>
        )}
      </div>
      {people === 0 && <p class="muted">People appear here as they join, by site.</p>}
      {sites.map(({ site, people: there }) => (
        <SitePeople key={site} site={site} people={there} send={send} />
      ))}
    </div>
  );
}

interface SiteProps {
  site: string;
  people: readonly Participant[];
  send(message: ClientMessage): boolean;
}

const keyOf = (one: Participant): string => one.participant_id;

function SitePeople({ site, people, send }: SiteProps) {
  const { rows, hold } = useSteady(people, keyOf);
  return (
    <div class="site" {...hold}>
      <h4 class="site-name">
        {site || "No site"} <span class="muted">{people.length}</span>
      </h4>
      <ul class="rows">
        {rows.map(({ key, item, gone }) => (
          <li key={key} class={gone ? "row row-gone" : "row"}>
            <div class="row-main">
              <span class="row-title">{item.name}</span>
              <span class="row-note">{gone ? "has left" : aboutPerson(item)}</span>
            </div>
            {!gone && <PersonActions person={item} send={send} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function PersonActions({ person, send }: { person: Participant; send(message: ClientMessage): boolean }) {
  const id = person.participant_id;
  return (
    <div class="row-actions">
      <span class="glyphs">
        {person.screen && <Icon of={monitorUp} label="shares the screen" />}
        <Icon of={person.camera ? video : videoOff} label={person.camera ? "camera on" : "camera off"} />
        {!person.microphone && <Icon of={micOff} label="microphone off" />}
      </span>
      {person.microphone && (
        <Button
          kind="quiet"
          icon={mic}
          aria-label={`Mute ${person.name}`}
          onClick={() => send({ type: "mute", participant_id: id, source: "microphone" })}
        >
          Mute
        </Button>
      )}
      <ConfirmButton
        kind="quiet"
        icon={userX}
        label={`Remove ${person.name}`}
        question={`Remove ${person.name}? A personal link will not let them in again; the public link still does.`}
        confirm="Remove"
        keep="Keep"
        onConfirm={() => void send({ type: "remove", participant_id: id })}
      />
    </div>
  );
}

/** "Hub team, on a phone, connection lost". */
function aboutPerson(one: Participant): string {
  const device = { phone: "on a phone", tablet: "on a tablet", desktop: "", endpoint: "room kit" }[
    one.device
  ];
  const role = one.role === "participant" ? "" : roleWords(one.role);
  const line = one.connected ? "" : "connecting…";
  return [role, device, line].filter(Boolean).join(", ") || "Participant";
}
