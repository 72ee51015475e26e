import type { Delta, Participant, Room, SessionInfo, Waiting } from "../wire";

/** What the page knows of the room. Never changed in place. */
export interface RoomState {
  readonly revision: number;
  readonly session: SessionInfo;
  /** By participant id, in the order of arrival. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** The lobby, longest waiting first; empty for all but facilitators and coordinators. */
  readonly waiting: readonly Waiting[];
}

/** The room as one whole message has it. */
export function fromRoom(room: Room): RoomState {
  return {
    revision: room.revision,
    session: room.session,
    participants: new Map(room.participants.map((one) => [one.participant_id, one])),
    waiting: room.waiting,
  };
}

/** The room after a delta; the same state for a delta that is old; null where one before it is missing. */
export function applyDelta(state: RoomState, delta: Delta): RoomState | null {
  if (delta.revision <= state.revision) return state;
  if (delta.revision !== state.revision + 1) return null;
  const participants = new Map(state.participants);
  let { session, waiting } = state;
  for (const change of delta.changes) {
    switch (change.op) {
      case "put":
        participants.set(change.participant.participant_id, change.participant);
        break;
      case "gone":
        participants.delete(change.participant_id);
        break;
      case "waiting_put":
        waiting = [...waiting.filter((one) => one.waiting_id !== change.waiting.waiting_id), change.waiting];
        break;
      case "waiting_gone":
        waiting = waiting.filter((one) => one.waiting_id !== change.waiting_id);
        break;
      case "session_put":
        session = change.session;
        break;
    }
  }
  return { revision: delta.revision, session, participants, waiting };
}

/** What happened between two states, in sentences for those who cannot see it. */
export function spokenChanges(before: RoomState, after: RoomState, self: string): string[] {
  const sentences: string[] = [];
  for (const [id, one] of after.participants) {
    if (id === self) continue;
    const was = before.participants.get(id);
    if (!was) sentences.push(`${one.name} joined.`);
    else if (one.screen && !was.screen) sentences.push(`${one.name} shares the screen.`);
    else if (!one.screen && was.screen) sentences.push(`${one.name} no longer shares the screen.`);
  }
  for (const [id, one] of before.participants) {
    if (id !== self && !after.participants.has(id)) sentences.push(`${one.name} left.`);
  }
  const known = new Set(before.waiting.map((one) => one.waiting_id));
  for (const one of after.waiting) {
    if (!known.has(one.waiting_id)) sentences.push(`${one.name} is in the waiting room.`);
  }
  return sentences;
}

/** People of a site, for the list by site. Sites by name, people without one last. */
export interface SiteGroup {
  site: string;
  people: Participant[];
}

export function bySite(participants: Iterable<Participant>): SiteGroup[] {
  const groups = new Map<string, Participant[]>();
  for (const one of participants) {
    const group = groups.get(one.site);
    if (group) group.push(one);
    else groups.set(one.site, [one]);
  }
  return [...groups]
    .map(([site, people]) => ({ site, people: people.sort((a, b) => a.name.localeCompare(b.name)) }))
    .sort((a, b) => Number(!a.site) - Number(!b.site) || a.site.localeCompare(b.site));
}
