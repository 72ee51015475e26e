import { useNow, useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { userX } from "../ui/icons";
import type { Waiting } from "../wire";

/** Who waits to be let in, longest first. */
export function LobbyList() {
  const session = useSession();
  const waiting = session.room.value?.waiting ?? [];
  if (waiting.length === 0) return null;
  return (
    <section class="lobby" aria-label="Waiting room">
      <div class="lobby-head">
        <h3>Waiting room ({waiting.length})</h3>
        {waiting.length > 1 && (
          <Button kind="primary" onClick={() => session.send({ type: "admit" })}>
            Admit all
          </Button>
        )}
      </div>
      <ul>
        {waiting.map((one) => (
          <Waiter key={one.waiting_id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Waiter({ one }: { one: Waiting }) {
  const session = useSession();
  const now = useNow();
  const minutes = Math.floor((now.getTime() - Date.parse(one.since)) / 60_000);
  const note = [one.profession, one.site, minutes > 0 ? `waiting for ${minutes} min` : ""]
    .filter(Boolean)
    .join(" · ");
  return (
    <li class="waiter" data-waiting={one.waiting_id}>
      <div class="person-who">
        <span class="person-name">{one.name}</span>
        {note && <span class="person-note">{note}</span>}
      </div>
      <Button
        kind="quiet"
        icon={userX}
        aria-label={`Decline ${one.name}`}
        title={`Decline ${one.name}`}
        onClick={() => session.send({ type: "decline", waiting_id: one.waiting_id })}
      />
      <Button
        kind="primary"
        aria-label={`Admit ${one.name}`}
        onClick={() => session.send({ type: "admit", waiting_id: one.waiting_id })}
      >
        Admit
      </Button>
    </li>
  );
}
