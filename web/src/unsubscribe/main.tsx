import { useState } from "preact/hooks";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import { type Answer, decide } from "./decide";

type State =
  | { is: "asking" | "busy"; problem: string }
  | { is: "done"; answer: Extract<Answer, { is: "done" }> }
  | { is: "no-good" };

/** Mail of a program is switched off by a button: opening the page, as mail scanners do, changes nothing. */
function Unsubscribe() {
  const [state, setState] = useState<State>({ is: "asking", problem: "" });

  async function run(wish: "unsubscribe" | "resubscribe") {
    const before = state;
    setState({ is: "busy", problem: "" });
    const answer = await decide(location.pathname, wish);
    if (answer.is === "failed") {
      setState(before.is === "done" ? before : { is: "asking", problem: answer.words });
    } else setState(answer.is === "done" ? { is: "done", answer } : { is: "no-good" });
  }

  if (state.is === "no-good") {
    return (
      <PlainPage title="This link is not valid">
        <p>It may be incomplete. Open the link once more as it stands in the mail.</p>
      </PlainPage>
    );
  }
  if (state.is === "done") {
    const { subscribed, words } = state.answer;
    return (
      <PlainPage
        title={subscribed ? "You get mail again" : "You get no more mail"}
        actions={
          !subscribed && <Button onClick={() => void run("resubscribe")}>I want the mail again</Button>
        }
      >
        <p>{words}</p>
        {!subscribed && (
          <p class="muted">
            You stay registered, and your personal link still works. Keep it: it is not mailed to you again.
          </p>
        )}
      </PlainPage>
    );
  }
  return (
    <PlainPage
      title="Stop mail about this program?"
      actions={
        <Button kind="primary" wide disabled={state.is === "busy"} onClick={() => void run("unsubscribe")}>
          {state.is === "busy" ? "One moment…" : "Stop the mail"}
        </Button>
      }
    >
      <p>No more invitations, changes or reminders are mailed to you.</p>
      <p class="muted">You stay registered, and your personal link still works.</p>
      {state.problem && <Banner kind="problem">{state.problem}</Banner>}
    </PlainPage>
  );
}

start(Unsubscribe);
