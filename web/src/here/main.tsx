import { useEffect, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import { type HereGathering, type OwnCheckIn, PhoneRequests, readGathering } from "../api/shared-camera";
import { Button } from "../ui/Button";
import { refreshCw } from "../ui/icons";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import { CheckedIn } from "./CheckedIn";
import { CodePage } from "./CodePage";
import { tidyCode } from "./code";
import { forget, type Kept, keep, kept } from "./kept";
import { WhoPage } from "./WhoPage";
import "./here.css";

type State =
  | { is: "looking" }
  | { is: "failed"; words: string }
  | { is: "code"; problem: string }
  | { is: "who"; gathering: HereGathering }
  | { is: "in"; kept: Kept; own: OwnCheckIn };

/** A telephone of one's own, in front of a camera that several people share. */
function Here() {
  const [state, setState] = useState<State>({ is: "looking" });

  async function look(code: string) {
    const before = kept(code);
    try {
      if (before) return setState({ is: "in", kept: before, own: await readOwn(before) });
      if (!code) return setState({ is: "code", problem: "" });
      setState({ is: "who", gathering: await readGathering(code) });
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 401) {
        forget();
        return look(code);
      }
      if (status === 404) return setState({ is: "code", problem: wordsOf(error) });
      setState({ is: "failed", words: wordsOf(error) });
    }
  }

  useEffect(() => {
    const begin = () => void look(tidyCode(location.hash.slice(1)));
    begin();
    addEventListener("hashchange", begin);
    return () => removeEventListener("hashchange", begin);
  }, []);

  switch (state.is) {
    case "looking":
      return <main class="plain-page" aria-busy="true" />;
    case "failed":
      return (
        <PlainPage
          title="This did not work"
          actions={
            <Button icon={refreshCw} kind="primary" onClick={() => location.reload()}>
              Try again
            </Button>
          }
        >
          <p>{state.words}</p>
        </PlainPage>
      );
    case "code":
      return (
        <CodePage
          problem={state.problem}
          onCode={(code) => {
            history.replaceState(null, "", `/here#${code}`); // so that trying again needs no typing
            return look(code);
          }}
        />
      );
    case "who":
      return (
        <WhoPage
          gathering={state.gathering}
          onIn={(own) => {
            const mine = { code: state.gathering.code, id: own.id, secret: own.secret };
            keep(mine);
            setState({ is: "in", kept: mine, own });
          }}
          onOther={() => {
            history.replaceState(null, "", "/here");
            setState({ is: "code", problem: "" });
          }}
        />
      );
    case "in":
      return (
        <CheckedIn
          key={state.kept.id}
          own={state.own}
          requests={new PhoneRequests(state.kept.id, state.kept.secret)}
          onAgain={() => {
            forget();
            void look(state.kept.code);
          }}
          onOther={() => {
            forget();
            history.replaceState(null, "", "/here");
            setState({ is: "code", problem: "" });
          }}
          onLost={() => {
            forget();
            void look(state.kept.code);
          }}
        />
      );
  }
}

function readOwn({ id, secret }: Kept): Promise<OwnCheckIn> {
  return new PhoneRequests(id, secret).read();
}

start(Here);
