import { useEffect, useRef } from "preact/hooks";
import type { PublicPage, Registered } from "../api/public";
import { Brand } from "../ui/Brand";
import { Icon } from "../ui/Icon";
import { circleCheck, clock } from "../ui/icons";
import { resultWords } from "./result";

/** What became of the registration, and what comes next. */
export function ResultPage({ page, result }: { page: PublicPage; result: Registered }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const words = resultWords(result);
  return (
    <main class="plain-page">
      <div class="plain-card">
        <Brand />
        <Icon
          of={result.status === "approved" ? circleCheck : clock}
          class={result.status === "approved" ? "result-icon" : "result-icon result-waits"}
        />
        <h1 ref={title} tabIndex={-1}>
          {words.title}
        </h1>
        <p>{page.title}</p>
        {words.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {result.status === "approved" && (
          <p class="muted">
            No mail within a few minutes? Look in the spam folder, or{" "}
            <a href="/lost-link">have it sent again</a>.
          </p>
        )}
        {page.contact && <p class="muted">Questions? Ask {page.contact}.</p>}
      </div>
    </main>
  );
}
