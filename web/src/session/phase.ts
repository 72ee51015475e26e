import { CLOSE } from "../signaling/closing";
import type { ErrorCode } from "../wire";

/** Why the visitor is not in the room any more, or cannot come to it. */
export type Why =
  | "left"
  | "removed"
  | "moved"
  | "ended"
  | "declined"
  | "taken_over"
  | "bad_link"
  | "expired_link"
  | "old_page";

export type Phase =
  | { name: "connecting" }
  /** Before the door: the join page. */
  | { name: "door" }
  | { name: "joining" }
  /** In the lobby since that moment (milliseconds of the service's clock). */
  | { name: "waiting"; since: number }
  | { name: "in" }
  | { name: "over"; why: Why; message: string };

/** What a final close code means where no message said it before. */
export function whyClosed(code: number): Why {
  switch (code) {
    case CLOSE.removed:
    case CLOSE.notAllowed:
      return "removed";
    case CLOSE.moved:
      return "moved";
    case CLOSE.ended:
    case CLOSE.noSuchParticipant:
      return "ended";
    case CLOSE.declined:
      return "declined";
    case CLOSE.takenOver:
      return "taken_over";
    case CLOSE.linkInvalid:
      return "bad_link";
    case CLOSE.linkExpired:
      return "expired_link";
    case CLOSE.oldClient:
      return "old_page";
    default:
      return "left";
  }
}

const fatal: Partial<Record<ErrorCode, Why>> = {
  link_invalid: "bad_link",
  link_expired: "expired_link",
  ended: "ended",
  not_allowed: "removed",
  no_such_participant: "ended",
  old_client: "old_page",
};

/** What a fatal error means for the visitor; null where connecting again may help. */
export function whyFatal(code: ErrorCode): Why | null {
  return fatal[code] ?? null;
}
