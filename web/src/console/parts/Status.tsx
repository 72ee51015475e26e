import type { Session } from "../../api/types";
import { statusWords } from "../logic/today";

/** The state of a session as a word with a colour; the word alone says it all. */
export function Status({ session }: { session: Pick<Session, "status"> }) {
  return <span class={`status status-${session.status}`}>{statusWords(session)}</span>;
}
