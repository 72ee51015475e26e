import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import { sendLostLink } from "../api/public";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import "./lost-link.css";

type State = { is: "asking" } | { is: "busy" } | { is: "sent"; words: string };

/** Has somebody's links mailed to them. It never says whether an address is known. */
function LostLink() {
  const [email, setEmail] = useState("");
  const [error, setError] = useState("");
  const [problem, setProblem] = useState("");
  const [state, setState] = useState<State>({ is: "asking" });
  const form = useRef<HTMLFormElement>(null);
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.is === "sent") result.current?.focus();
  }, [state.is]);

  function refuse(words: string) {
    setError(words);
    requestAnimationFrame(() => form.current?.querySelector("input")?.focus());
  }

  async function run() {
    const address = email.trim();
    setError("");
    setProblem("");
    if (!/^\S+@\S+\.\S+$/.test(address)) {
      refuse("Write the e-mail address that you registered with. It looks like name@clinic.org.");
      return;
    }
    setState({ is: "busy" });
    try {
      setState({ is: "sent", words: await sendLostLink(address) });
    } catch (reason) {
      setState({ is: "asking" });
      const field = reason instanceof ApiError ? reason.forField("email") : undefined;
      if (field) refuse(field);
      else if (reason instanceof ApiError && reason.status === 0) {
        setProblem("The service did not answer. Check your connection and press the button again.");
      } else setProblem(wordsOf(reason));
    }
  }

  if (state.is === "sent") {
    return (
      <PlainPage
        title="Look in your mail"
        actions={<Button onClick={() => setState({ is: "asking" })}>Try another address</Button>}
      >
        <div class="lost-sent" ref={result} tabIndex={-1}>
          <p>{state.words}</p>
        </div>
      </PlainPage>
    );
  }
  return (
    <PlainPage title="Have your link sent again">
      <p>Write the e-mail address that you registered with. Your personal links are sent there.</p>
      <form
        class="lost-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (state.is !== "busy") void run();
        }}
      >
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          required
          value={email}
          onValue={setEmail}
          error={error || undefined}
        />
        {problem && <Banner kind="problem">{problem}</Banner>}
        <Button type="submit" kind="primary" wide disabled={state.is === "busy"}>
          {state.is === "busy" ? "Sending…" : "Send my link"}
        </Button>
      </form>
    </PlainPage>
  );
}

start(LostLink);
