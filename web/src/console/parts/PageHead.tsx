import type { ComponentChildren } from "preact";
import { usePageTitle } from "../state/title";

export interface PageHeadProps {
  title: string;
  /** Beside the title, as a status. */
  mark?: ComponentChildren;
  /** Under the title. */
  lines?: ComponentChildren;
  actions?: ComponentChildren;
}

/** The title of a page of the console, in the browser's tab too, and what can be done there. */
export function PageHead({ title, mark, lines, actions }: PageHeadProps) {
  usePageTitle(title);
  return (
    <div class="page-head">
      <div class="page-title">
        <h1>{title}</h1>
        {mark}
        {lines && <div class="page-lines">{lines}</div>}
      </div>
      {actions && <div class="page-actions">{actions}</div>}
    </div>
  );
}
