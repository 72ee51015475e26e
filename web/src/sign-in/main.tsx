import { useState } from "preact/hooks";
import { signIn } from "../api/account";
import { ApiError, wordsOf } from "../api/problem";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import "./sign-in.css";

/** The secret after # never reaches a server by itself, so that logs and mail scanners do not see or spend it. */
function tokenOf(hash: string): string {
  return hash.replace(/^#/, "").trim();
}

type State = { is: "ready" } | { is: "busy" } | { is: "spent" } | { is: "failed"; words: string };

function SignIn() {
  const [token] = useState(() => tokenOf(location.hash));
  const [state, setState] = useState<State>(token ? { is: "ready" } : { is: "spent" });

  async function run() {
    setState({ is: "busy" });
    try {
      await signIn(token);
      location.replace("/console");
    } catch (error) {
      const refused = error instanceof ApiError && [400, 401, 404, 410, 422].includes(error.status);
      setState(refused ? { is: "spent" } : { is: "failed", words: wordsOf(error) });
    }
  }

  if (state.is === "spent") return <NoGood opened={token !== ""} />;
  return (
    <PlainPage
      title="Sign in to the console"
      actions={
        <Button kind="primary" wide disabled={state.is === "busy"} onClick={run}>
          {state.is === "busy" ? "Signing in…" : "Sign in"}
        </Button>
      }
    >
      <p>
        From the console you create sessions, invite people, let them in and see who was there. This link
        works once, on this device.
      </p>
      {state.is === "failed" && (
        <Banner kind="problem" title="You are not signed in yet">
          {state.words}
        </Banner>
      )}
    </PlainPage>
  );
}

function NoGood({ opened }: { opened: boolean }) {
  const why = opened
    ? "A sign-in link works once and only for a short time. This one was used already or is too old."
    : "To sign in you need a link of your own. This page was opened without one.";
  return (
    <PlainPage
      title={opened ? "This link no longer works" : "A sign-in link is needed"}
      actions={
        <a class="button" href="/console">
          Open the console
        </a>
      }
    >
      <p>{why}</p>
      <p>For a new one, ask whoever runs this service. On the machine it runs on, this command prints one:</p>
      <code class="sign-in-command">echo-session facilitator link</code>
      <p class="muted">If you signed in on this device before, the console may still be open to you.</p>
    </PlainPage>
  );
}

start(SignIn);
