import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Learner, readLearner } from "../api/learner";
import { ApiError, wordsOf } from "../api/problem";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { PlainPage } from "../ui/PlainPage";
import { Certificate } from "./Certificate";
import { Claims } from "./Claims";
import { Evaluation } from "./Evaluation";
import { lastDay, presentSeconds, sessionTime, stayWords } from "./words";

const AGAIN_MS = 60_000; // a clinic behind one address may have many such pages open

type State =
  | { is: "loading" }
  | { is: "here"; learner: Learner }
  | { is: "nothing" }
  | { is: "failed"; words: string };

/** One learner's page about one session: how long they were there, what they say of it, what they claim. */
export function CreditPage() {
  const [token] = useState(() => location.hash.slice(1));
  const [state, setState] = useState<State>(token ? { is: "loading" } : { is: "nothing" });
  const shown = (learner: Learner) => setState({ is: "here", learner });

  function load() {
    readLearner(token).then(shown, (error: unknown) => {
      const gone = error instanceof ApiError && [401, 404].includes(error.status);
      setState(gone ? { is: "nothing" } : { is: "failed", words: wordsOf(error) });
    });
  }
  useEffect(() => {
    if (token) load();
    const other = () => location.reload(); // another link was pasted over this one
    addEventListener("hashchange", other);
    return () => removeEventListener("hashchange", other);
  }, []);

  // Who has left before the end finds everything here once it is over, without loading the page again.
  const waits = state.is === "here" && !state.learner.session.over;
  useEffect(() => {
    if (!waits) return;
    const again = setInterval(() => readLearner(token).then(shown, () => undefined), AGAIN_MS);
    return () => clearInterval(again);
  }, [waits]);

  if (state.is === "loading") return <main class="public" aria-busy="true" />;
  if (state.is === "nothing") return <Nothing />;
  if (state.is === "failed") {
    return (
      <PlainPage
        title="This page cannot be shown now"
        actions={
          <Button kind="primary" onClick={load}>
            Try again
          </Button>
        }
      >
        <p>{state.words}</p>
      </PlainPage>
    );
  }
  const { learner } = state;
  const there = learner.attended.counted_seconds > 0;
  return (
    <Frame>
      <About learner={learner} />
      <Attended learner={learner} />
      {!learner.matched && there && (
        <Banner kind="waiting" title="Your time is kept">
          Credit waits until the hub has found out who you are. There is nothing that you need to do; this
          page then offers it.
        </Banner>
      )}
      {there && <Evaluation token={token} learner={learner} onDone={shown} />}
      {there && <Claims token={token} learner={learner} onDone={shown} />}
      {learner.certificate.on && <Certificate token={token} learner={learner} />}
      <footer class="public-foot muted">
        {learner.session.contact && <p>Something wrong? Ask {learner.session.contact}.</p>}
        <p>This page is yours alone. Please do not pass its address on.</p>
      </footer>
    </Frame>
  );
}

function Frame({ children }: { children: ComponentChildren }) {
  return (
    <div class="public">
      <header class="public-head">
        <Brand />
      </header>
      <main class="public-main">{children}</main>
    </div>
  );
}

function About({ learner }: { learner: Learner }) {
  const { session, person } = learner;
  useEffect(() => {
    document.title = `Your credit: ${session.title}`;
  }, [session.title]);
  return (
    <div class="public-about">
      {session.program_name && session.program_name !== session.title && (
        <p class="muted">{session.program_name}</p>
      )}
      <h1>{session.title}</h1>
      <p class="muted">{sessionTime(session, new Date())}</p>
      <p class="muted">
        {[person.name, person.credentials].filter(Boolean).join(", ")}
        {person.profession && ` · ${person.profession}`}
      </p>
    </div>
  );
}

/** The time first, in words; from when to when below it. */
function Attended({ learner }: { learner: Learner }) {
  const { attended, session, closes_at, closed, types } = learner;
  const said = useRef<HTMLParagraphElement>(null);
  const share =
    attended.countable_seconds > 0 ? Math.min(1, attended.counted_seconds / attended.countable_seconds) : 0;
  const open = session.over && !closed && (types.length > 0 || learner.evaluation.questions.length > 0);
  return (
    <section class="credit-time" aria-label="Your time">
      <p class="credit-said" ref={said}>
        {attended.sentence}
      </p>
      <div class="credit-bar" aria-hidden="true">
        <div style={{ width: `${Math.round(share * 1000) / 10}%` }} />
      </div>
      {attended.intervals.length > 0 && (
        <ul class="credit-stays muted">
          {attended.intervals.map((stay) => (
            <li key={stay.joined_at}>{stayWords(stay)}</li>
          ))}
        </ul>
      )}
      {presentSeconds(attended.intervals) - attended.counted_seconds >= 60 && (
        <p class="muted">Time before the start, after the planned end and in breaks does not count.</p>
      )}
      {attended.corrected && <p class="muted">The hub has corrected this time.</p>}
      {open && <p>You can evaluate and claim until {lastDay(closes_at, new Date())}.</p>}
    </section>
  );
}

function Nothing() {
  return (
    <PlainPage title="This link does not work">
      <p>
        It may be incomplete, or its time is over. Open the one of the latest mail once more, as it stands
        there.
      </p>
      <p class="muted">Questions? Ask the hub that ran the session.</p>
    </PlainPage>
  );
}
