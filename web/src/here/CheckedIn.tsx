import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import type { OwnCheckIn, PhoneRequests } from "../api/shared-camera";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { ConfirmButton } from "../ui/ConfirmButton";
import { Icon } from "../ui/Icon";
import { circleCheck, logOut } from "../ui/icons";
import { announce } from "../ui/LiveRegion";
import { clockTime } from "../ui/time";

const LOOK_MS = 10_000;
const NO_LINE = "No connection just now. What stands here is kept; this page looks again by itself.";
const NOT_SENT =
  "No connection just now, so this may not have got through. Wait until this message is gone, then see what stands here.";

/** One's own check-in: that it stands, the way out, and the question near the end. */
export function CheckedIn(props: {
  own: OwnCheckIn;
  requests: PhoneRequests;
  onAgain(): void;
  /** They are in front of another camera now. */
  onOther(): void;
  /** Another telephone has taken it over. */
  onLost(): void;
}) {
  const { requests, onAgain, onOther, onLost } = props;
  const [own, setOwn] = useState(props.own);
  const [offline, setOffline] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const over = own.session_status !== "open";

  const turn = useRef(0);
  const acting = useRef(false);

  /** `lost` is said where no answer came. What was asked before something else was is not shown after it. */
  async function take(asked: Promise<OwnCheckIn>, lost: string) {
    turn.current += 1;
    const mine = turn.current;
    try {
      const found = await asked;
      if (mine !== turn.current) return;
      setOwn(found);
      setOffline("");
      setProblem("");
    } catch (error) {
      if (mine !== turn.current) return;
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 401) onLost();
      else if (status === 0) setOffline(lost);
      else setProblem(wordsOf(error));
    }
  }

  async function act(asked: Promise<OwnCheckIn>) {
    setBusy(true);
    acting.current = true;
    await take(asked, NOT_SENT);
    acting.current = false;
    setBusy(false);
  }

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible" && !acting.current) void take(requests.read(), NO_LINE);
    };
    const timer = over && own.credit ? undefined : setInterval(look, LOOK_MS);
    addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      removeEventListener("online", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [requests.id, over, own.credit]);

  useEffect(() => {
    document.title = own.title;
    if (own.asking) announce("Are you still here?");
  }, [own.title, own.asking]);

  return (
    <main class="here">
      <Brand />
      <header class="here-head">
        <h1>{headline(own, over)}</h1>
        <p>
          {own.title}
          {own.site && <span class="muted"> · {own.site}</span>}
        </p>
      </header>
      {offline && <Banner kind={offline === NOT_SENT ? "problem" : "note"}>{offline}</Banner>}
      {problem && <Banner kind="problem">{problem}</Banner>}
      {own.asking && !own.out_at && (
        <section class="here-ask" aria-labelledby="still">
          <h2 id="still">Are you still here?</h2>
          <p>The session ends at {clockTime(new Date(own.ends_at))}.</p>
          <div class="here-answers">
            <Button kind="primary" wide disabled={busy} onClick={() => void act(requests.answer(true))}>
              Yes, still here
            </Button>
            <Button wide disabled={busy} onClick={() => void act(requests.answer(false))}>
              No, I left
            </Button>
          </div>
        </section>
      )}
      <Times own={own} over={over} />
      {over ? (
        <After own={own} onOther={onOther} />
      ) : own.out_at ? (
        <Button kind="primary" wide onClick={onAgain}>
          Check in again
        </Button>
      ) : (
        <ConfirmButton
          icon={logOut}
          question="Check out now? Your time up to here is kept."
          confirm="Check out"
          keep="Stay"
          onConfirm={() => act(requests.out())}
        >
          Check out
        </ConfirmButton>
      )}
    </main>
  );
}

function headline(own: OwnCheckIn, over: boolean): string {
  if (over) return "The session is over";
  return own.out_at ? "You are checked out" : "You are checked in";
}

function Times({ own, over }: { own: OwnCheckIn; over: boolean }) {
  const waits = !over && !own.out_at && !own.host_here;
  return (
    <div class="here-card">
      <p class="here-name">
        {!own.out_at && !over && <Icon of={circleCheck} />}
        <span class="strong">{own.name}</span>
      </p>
      <p class="muted">
        {stay(own, over)}
        {!over && !own.out_at && own.host_here && !own.asking && " You can put your phone away."}
      </p>
      {waits && (
        <Banner kind="waiting">
          The camera is not in the session just now. Your time goes on as soon as it is back.
        </Banner>
      )}
      {!own.matched && (
        <p class="muted">The hub does not know you yet. Your time is kept; credit waits until it does.</p>
      )}
    </div>
  );
}

function stay({ at, out_at }: OwnCheckIn, over: boolean): string {
  const since = clockTime(new Date(at));
  if (out_at) return `Here from ${since} to ${clockTime(new Date(out_at))}.`;
  return over ? `Here from ${since} to the end.` : `Here since ${since}.`;
}

function After({ own, onOther }: { own: OwnCheckIn; onOther(): void }) {
  return (
    <div class="here-other">
      {own.credit && (
        <a class="button button-primary button-wide" href={own.credit}>
          Evaluate and claim credit
        </a>
      )}
      <Button wide onClick={onOther}>
        Check in to another session
      </Button>
    </div>
  );
}
