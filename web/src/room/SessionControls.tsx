import { useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { ConfirmButton } from "../ui/ConfirmButton";
import { x } from "../ui/icons";
import { clockTime } from "../ui/time";

const MORE_MINUTES = [5, 10, 15];

/** When it ends, for those who decide that. */
export function SessionControls() {
  const session = useSession();
  const info = session.info.value;
  if (!info) return null;
  return (
    <section class="session-controls" aria-label="Session">
      <h3>Session</h3>
      <p class="small muted">
        Ends at {clockTime(new Date(info.ends_at))}, the room closes at{" "}
        {clockTime(new Date(info.closes_at), undefined, true)}.
      </p>
      <div class="session-extend">
        {MORE_MINUTES.map((minutes) => (
          <Button
            key={minutes}
            aria-label={`+${minutes} min: extend the session`}
            onClick={() => session.send({ type: "extend", minutes })}
          >
            +{minutes} min
          </Button>
        ))}
      </div>
      <ConfirmButton
        icon={x}
        question="End the session for everybody?"
        confirm="End session"
        keep="Go on"
        onConfirm={() => session.send({ type: "end" })}
      >
        End session
      </ConfirmButton>
    </section>
  );
}
