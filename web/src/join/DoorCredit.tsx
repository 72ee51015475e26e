import { useEffect, useState } from "preact/hooks";
import { type CreditNotice, readCreditNotices } from "../api/learner";
import { Notices } from "../credit/Notices";
import { useSession } from "../session/SessionContext";

/** Beside the way in: what credit the session offers, and the provider's statement. Comes after all else. */
export function DoorCredit() {
  const { token } = useSession();
  const [credit, setCredit] = useState<readonly CreditNotice[]>([]);
  useEffect(() => {
    let here = true;
    readCreditNotices(token).then(
      (found) => here && setCredit(found),
      () => undefined, // nobody is kept from the session by it
    );
    return () => {
      here = false;
    };
  }, [token]);
  if (credit.length === 0) return null;
  return (
    <details class="door-credit" open={credit.length === 1}>
      <summary>Credit: {credit.map((one) => one.name).join(", ")}</summary>
      <Notices credit={credit} />
    </details>
  );
}
