import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Session } from "./session";

export const SessionContext = createContext<Session | null>(null);

/** The visit that this page is about. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("there is no session around this component");
  return session;
}

const tick = signal(0);
setInterval(() => {
  tick.value += 1;
}, 1_000);

/** The service's clock, moving on every second. */
export function useNow(): Date {
  const session = useSession();
  void tick.value;
  return new Date(Date.now() + session.socket.clockOffset);
}

/** True once this has been so for some milliseconds without a break. */
export function useLasting(condition: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!condition) return;
    const timer = setTimeout(() => setLasting(true), milliseconds);
    return () => clearTimeout(timer);
  }, [condition, milliseconds]);
  return condition && lasting;
}
