import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Brand } from "./Brand";

export interface PlainPageProps {
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
}

/** One message in the middle of an empty page: a link that is no good, a session that is over. */
export function PlainPage({ title, children, actions }: PlainPageProps) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main class="plain-page">
      <div class="plain-card">
        <Brand />
        <h1>{title}</h1>
        {children}
        {actions && <div class="plain-actions">{actions}</div>}
      </div>
    </main>
  );
}
