import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, wordsOf } from "../api/problem";
import { type PublicKind, type PublicPage, type Registered, readPublicPage } from "../api/public";
import { Notices } from "../credit/Notices";
import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { chevronRight } from "../ui/icons";
import { PlainPage } from "../ui/PlainPage";
import { dayName, localZone } from "../ui/time";
import { Dates } from "./Dates";
import { type Draft, EMPTY, fitting } from "./draft";
import { RegisterForm } from "./RegisterForm";
import { ResultPage } from "./ResultPage";

interface Address {
  kind: PublicKind;
  slug: string;
}

/** "/series/autism-2027" or "/programs/autism". */
function addressOf(path: string): Address {
  const [, kind = "", slug = ""] = path.split("/");
  return { kind: kind === "programs" ? "programs" : "series", slug: decodeURIComponent(slug) };
}

type State =
  | { is: "loading" }
  | { is: "here"; page: PublicPage }
  | { is: "nothing" }
  | { is: "failed"; words: string }
  | { is: "done"; page: PublicPage; result: Registered };

/** The public page of a program or a series: what it is, when it is, and the form to register. */
export function RegisterPage() {
  const [at] = useState(() => addressOf(location.pathname));
  const [state, setState] = useState<State>({ is: "loading" });
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [zone, setZone] = useState(localZone);

  function load() {
    setState({ is: "loading" });
    readPublicPage(at.kind, at.slug).then(
      (page) => {
        document.title = page.title;
        setState({ is: "here", page });
      },
      (error: unknown) => {
        const gone = error instanceof ApiError && [404, 410, 422].includes(error.status);
        setState(gone ? { is: "nothing" } : { is: "failed", words: wordsOf(error) });
      },
    );
  }
  useEffect(load, []);

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
  if (state.is === "done") return <ResultPage {...state} />;
  const { page } = state;
  const closed = page.closed || (page.full && !page.waiting_list ? "All places are taken." : "");
  return (
    <Frame>
      <About page={page} />
      {!page.closed && <Dates page={page} zone={zone} onZone={setZone} />}
      <SeriesList page={page} />
      <Notices credit={page.credit} />
      {closed ? (
        <Banner title="Registration is closed">{closed}</Banner>
      ) : (
        <>
          {page.full && (
            <Banner kind="waiting" title="All places are taken">
              You can join the waiting list. If a place becomes free, you get your link by e-mail.
            </Banner>
          )}
          <RegisterForm
            kind={at.kind}
            page={page}
            zone={zone}
            draft={draft}
            onDraft={setDraft}
            onStale={async () => {
              const fresh = await readPublicPage(at.kind, at.slug);
              setDraft(fitting(fresh, draft));
              setState({ is: "here", page: fresh });
            }}
            onDone={(result) => {
              window.scrollTo(0, 0);
              setState({ is: "done", page, result });
            }}
          />
        </>
      )}
      <footer class="public-foot muted">
        <p>
          Registered before? <a href="/lost-link">Have your link sent again</a>.
        </p>
        {page.contact && <p>Questions? Ask {page.contact}.</p>}
      </footer>
    </Frame>
  );
}

function Frame({ children }: { children: preact.ComponentChildren }) {
  return (
    <div class="public">
      <header class="public-head">
        <Brand />
      </header>
      <main class="public-main">{children}</main>
    </div>
  );
}

function About({ page }: { page: PublicPage }) {
  const title = useRef<HTMLHeadingElement>(null);
  return (
    <div class="public-about">
      {page.program_name && page.program_name !== page.title && <p class="muted">{page.program_name}</p>}
      <h1 ref={title}>{page.title}</h1>
      {page.description && <p class="public-text">{page.description}</p>}
      {page.approval === "coordinator" && (
        <p class="muted">A coordinator looks at every registration and answers by e-mail.</p>
      )}
    </div>
  );
}

function SeriesList({ page }: { page: PublicPage }) {
  if (page.series.length === 0) return null;
  const now = new Date();
  return (
    <section class="public-series" aria-labelledby="series">
      <h2 id="series">Series</h2>
      <p class="muted">
        Registering here is for all of them, with one link. Choose one to register for that one only.
      </p>
      <ul>
        {page.series.map((series) => (
          <li key={series.slug}>
            <a href={`/series/${encodeURIComponent(series.slug)}`}>
              <span>
                <span class="strong">{series.title}</span>
                {series.next_at && (
                  <span class="muted date-note">Next: {dayName(new Date(series.next_at), now)}</span>
                )}
              </span>
              <Icon of={chevronRight} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Nothing() {
  return (
    <PlainPage
      title="There is nothing to register for here"
      actions={
        <a class="button" href="/lost-link">
          Have your link sent again
        </a>
      }
    >
      <p>The address may be incomplete, or this is not offered any more. Ask whoever gave you the address.</p>
      <p class="muted">Registered already? Your personal link still works.</p>
    </PlainPage>
  );
}
