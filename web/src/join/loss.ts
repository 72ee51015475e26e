import { useLasting } from "../session/SessionContext";
import type { Session } from "../session/session";

/** Whether the line has been missing long enough to say so. */
export function useLastingLoss(session: Session): { slow: boolean; lost: boolean } {
  const missing = session.line.value.name !== "open";
  return { slow: useLasting(missing, 800), lost: useLasting(missing, 4_000) };
}
