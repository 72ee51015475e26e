import type { Session } from "./session";

/** What our own browser tests read; it changes nothing, so it may be there for everybody. */
export interface Exposed {
  readonly phase: string;
  readonly participantId: string;
  readonly pc: RTCPeerConnection | null;
  /** How often the browser wanted to negotiate on the peer connection in use. */
  readonly negotiations: number;
  /** How many offers this visit made: one, and one more for each rejoin. */
  readonly offers: number;
  /** For each video slot, whose picture it carries; null where it is free. */
  readonly slots: readonly ({ participantId: string; source: string; state: string; layer: string } | null)[];
  readonly voices: readonly (string | null)[];
  readonly line: string;
  readonly media: string;
}

declare global {
  interface Window {
    __echo?: Exposed;
  }
}

export function exposeForTests(session: Session): void {
  window.__echo = {
    get phase() {
      return session.phase.peek().name;
    },
    get participantId() {
      return session.selfId.peek();
    },
    get pc() {
      return session.link.peer?.pc ?? null;
    },
    get negotiations() {
      return session.link.peer?.negotiations ?? 0;
    },
    get offers() {
      return session.link.offers;
    },
    get slots() {
      return session.remote.slots.peek().videos.map(
        (slot) =>
          slot && {
            participantId: slot.participant_id,
            source: slot.source,
            state: slot.state,
            layer: slot.layer,
          },
      );
    },
    get voices() {
      return session.remote.slots.peek().voices;
    },
    get line() {
      return session.line.peek().name;
    },
    get media() {
      return session.link.state.peek();
    },
  };
}
