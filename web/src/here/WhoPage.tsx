import { useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import { checkInHere, type HereGathering, type OwnCheckIn, type Somebody } from "../api/shared-camera";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { spaced } from "./code";
import { PickPerson } from "./PickPerson";
import { SomebodyForm } from "./SomebodyForm";

type OwnWithSecret = OwnCheckIn & { secret: string };

/** "Who are you?": the people whom the hub knows at this site, and a way in for everybody else. */
export function WhoPage(props: {
  gathering: HereGathering;
  onIn(own: OwnWithSecret): void;
  onOther(): void;
}) {
  const { gathering, onIn, onOther } = props;
  const { known, site, title, code } = gathering;
  const [unlisted, setUnlisted] = useState(known.length === 0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [problem, setProblem] = useState("");

  async function enter(somebody: Somebody) {
    setBusy(true);
    setProblem("");
    setError(null);
    try {
      onIn(await checkInHere(code, somebody));
    } catch (reason) {
      if (reason instanceof ApiError && reason.fields.length > 0) setError(reason);
      else setProblem(wordsOf(reason));
      setBusy(false);
    }
  }

  return (
    <main class="here">
      <Brand />
      <header class="here-head">
        <h1>Who are you?</h1>
        <p>
          {title}
          {site && <span class="muted"> · {site}</span>}
        </p>
      </header>
      {problem && <Banner kind="problem">{problem}</Banner>}
      {unlisted ? (
        <SomebodyForm busy={busy} error={error} submit="Check in" own onSomebody={enter} />
      ) : (
        <PickPerson people={known} busy={busy} onPick={({ person_id }) => void enter({ person_id })} />
      )}
      <div class="here-other">
        {known.length > 0 && (
          <Button wide onClick={() => setUnlisted(!unlisted)}>
            {unlisted ? "Show the list" : "I am not in the list"}
          </Button>
        )}
        <Button kind="quiet" wide onClick={onOther}>
          {spaced(code)} is not the code that I see
        </Button>
      </div>
    </main>
  );
}
