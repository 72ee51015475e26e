import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import { type Confirmation, confirmCertificate } from "../api/verify";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { circleAlert, circleCheck } from "../ui/icons";
import { PlainPage } from "../ui/PlainPage";
import { start } from "../ui/page";
import { codeInAddress, dayWords, readCode, spaced } from "./code";
import "./verify.css";

type State =
  | { is: "asking" | "busy" }
  | { is: "unknown"; code: string }
  | { is: "found"; found: Confirmation };

const NO_CODE =
  "A code has twelve letters and digits, such as 7K2M-Q9XT-4RBD. Look at the foot of the certificate.";

/** Confirms a certificate by its code, and says nothing more than what is printed on it. */
function Verify() {
  const [typed, setTyped] = useState(() => codeInAddress(location.hash));
  const [state, setState] = useState<State>({ is: "asking" });
  const [error, setError] = useState("");
  const [problem, setProblem] = useState("");
  const result = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (readCode(typed)) void look(typed);
    // Only what stood in the address when the page was opened is looked up by itself.
  }, []);
  useEffect(() => {
    if (state.is === "found" || state.is === "unknown") result.current?.focus();
  }, [state]);

  async function look(text: string) {
    const code = readCode(text);
    setError("");
    setProblem("");
    if (!code) {
      setError(NO_CODE);
      return;
    }
    setState({ is: "busy" });
    try {
      setState({ is: "found", found: await confirmCertificate(code) });
    } catch (reason) {
      const status = reason instanceof ApiError ? reason.status : -1;
      if (status === 404) setState({ is: "unknown", code: spaced(code) });
      else {
        setState({ is: "asking" });
        setProblem(
          status === 0 ? "The service did not answer. Check your connection and try again." : wordsOf(reason),
        );
      }
    }
  }

  function again() {
    history.replaceState(null, "", location.pathname);
    setTyped("");
    setState({ is: "asking" });
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[name=code]")?.focus());
  }

  if (state.is === "found" || state.is === "unknown") {
    const title = state.is === "unknown" ? "No such certificate" : titleOf(state.found);
    return (
      <PlainPage title={title} actions={<Button onClick={again}>Look up another one</Button>}>
        <div class="verify-result" ref={result} tabIndex={-1}>
          {state.is === "unknown" ? <Unknown code={state.code} /> : <Found found={state.found} />}
        </div>
      </PlainPage>
    );
  }
  return (
    <PlainPage title="Confirm a certificate">
      <p>Type the code that stands at the foot of the certificate.</p>
      <form
        class="verify-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (state.is !== "busy") void look(typed);
        }}
      >
        <Field
          label="Certificate code"
          name="code"
          autoComplete="off"
          maxLength={40}
          placeholder="7K2M-Q9XT-4RBD"
          value={typed}
          onValue={setTyped}
          error={error || undefined}
        />
        {problem && <Banner kind="problem">{problem}</Banner>}
        <Button type="submit" kind="primary" wide disabled={state.is === "busy"}>
          {state.is === "busy" ? "Looking…" : "Confirm"}
        </Button>
      </form>
    </PlainPage>
  );
}

function titleOf(found: Confirmation): string {
  return found.state === "valid" ? "This certificate is valid" : "This certificate was revoked";
}

function Found({ found }: { found: Confirmation }) {
  const valid = found.state === "valid";
  const days =
    found.until && found.until !== found.date
      ? `${dayWords(found.date)} to ${dayWords(found.until)}`
      : dayWords(found.date);
  return (
    <>
      <p class={valid ? "verify-state verify-valid" : "verify-state verify-revoked"}>
        <Icon of={valid ? circleCheck : circleAlert} />
        {valid
          ? "Compare what is printed on it with what stands here."
          : `It was revoked on ${dayWords(found.revoked_on ?? found.issued_on)}. Do not accept it; whoever it was issued to may have a newer one.`}
      </p>
      <dl class="verify-facts">
        {found.name && <Fact name="Name" value={found.name} />}
        <Fact name={found.kind === "completion" ? "Completed series" : "Session"} value={found.title} />
        <Fact name={found.kind === "completion" ? "Dates" : "Date"} value={days} />
        {found.length && <Fact name="Attended" value={`${found.length} (${found.hours} hours)`} />}
        {found.issuer && <Fact name="Issued by" value={found.issuer} />}
        <Fact name="Issued" value={dayWords(found.issued_on)} />
        <Fact name="Code" value={found.code} />
      </dl>
      <p class="muted">It confirms attendance. It does not award continuing-education credit.</p>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Unknown({ code }: { code: string }) {
  return (
    <>
      <p>
        No certificate with the code <strong>{code}</strong> was issued here.
      </p>
      <p class="muted">
        Compare the code with the certificate once more, and the address of this page as well.
      </p>
    </>
  );
}

start(Verify);
