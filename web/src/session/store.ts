import { computed, signal } from "@preact/signals";
import { applyDelta, fromRoom, type RoomState, spokenChanges } from "../room/state";
import { announce } from "../ui/LiveRegion";
import type { Delta, EndingSoon, Room, Speakers, Welcome } from "../wire";

const quiet: Speakers = { type: "speakers", dominant: null, speaking: [] };

/** What the service has told about the session and its room, and about the visitor in it. */
export class RoomStore {
  readonly welcome = signal<Welcome | null>(null);
  readonly room = signal<RoomState | null>(null);
  readonly selfId = signal("");
  readonly speakers = signal<Speakers>(quiet);
  readonly endingSoon = signal<EndingSoon | null>(null);
  /** The session as last heard of, from the room or from the welcome before it. */
  readonly info = computed(() => this.room.value?.session ?? this.welcome.value?.session ?? null);
  readonly self = computed(() => this.room.value?.participants.get(this.selfId.value) ?? null);

  /** Takes the whole room. */
  set(room: Room): void {
    const before = this.room.peek();
    const after = fromRoom(room);
    this.room.value = after;
    if (before) this.#speak(before, after);
  }

  /** Takes what changed; false where something before it was missed. */
  change(delta: Delta): boolean {
    const before = this.room.peek();
    if (!before) {
      this.#changeBefore(delta);
      return true;
    }
    const after = applyDelta(before, delta);
    if (!after) return false;
    this.room.value = after;
    this.#speak(before, after);
    const soon = this.endingSoon.peek();
    if (soon && Date.parse(after.session.ends_at) > Date.parse(soon.ends_at)) this.endingSoon.value = null;
    return true;
  }

  /** Before joining only the session itself is news: it opens, moves, gets another name. */
  #changeBefore(delta: Delta): void {
    const welcome = this.welcome.peek();
    for (const change of delta.changes) {
      if (change.op === "session_put" && welcome)
        this.welcome.value = { ...welcome, session: change.session };
    }
  }

  #speak(before: RoomState, after: RoomState): void {
    for (const sentence of spokenChanges(before, after, this.selfId.peek())) announce(sentence);
  }
}
