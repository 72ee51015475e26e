import { useEffect, useState } from "preact/hooks";
import { learnerToken } from "../api/learner";
import type { Resume } from "../wire";

/** The way from the room to one's own time, evaluation and credit. Where there is none, nothing is shown. */
export function CreditLink({ device, first }: { device: Resume; first: boolean }) {
  const [token, setToken] = useState("");
  useEffect(() => {
    let here = true;
    learnerToken(device.connection_id, device.secret).then(
      (found) => here && setToken(found),
      () => undefined, // the mail after the session leads there, too
    );
    return () => {
      here = false;
    };
  }, [device]);
  if (!token) return null;
  return (
    <a class={first ? "button button-primary" : "button"} href={`/credit#${token}`}>
      Your time and credit
    </a>
  );
}
