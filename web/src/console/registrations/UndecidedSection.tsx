import { useLayoutEffect, useRef } from "preact/hooks";
import type { RegistrationRecord } from "../../api/registrations";
import type { Page } from "../../api/types";
import { plural } from "../logic/time";
import { RegistrationRow } from "./RegistrationRow";

export interface UndecidedSectionProps {
  page: Page<RegistrationRecord> | undefined;
  onChanged(): void;
}

/** Who waits for an answer of the hub, longest first; nothing while nobody does. */
export function UndecidedSection({ page, onChanged }: UndecidedSectionProps) {
  const list = useRef<HTMLElement>(null);
  const answered = useRef(false);
  useLayoutEffect(() => {
    // The button that was pressed has gone with its row: whoever works by keyboard goes on with the next one.
    if (!answered.current || document.activeElement !== document.body) return;
    answered.current = false;
    const next = list.current?.querySelector<HTMLElement>(".row-actions .button");
    (next ?? document.getElementById("content"))?.focus({ preventScroll: true });
  }, [page]);
  const items = page?.items ?? [];
  const changed = () => {
    answered.current = true;
    onChanged();
  };
  if (items.length === 0) return null;
  return (
    <section class="waiting" aria-label="Waiting for your answer" ref={list}>
      <div class="waiting-head">
        <h2>
          {plural(items.length, "person waits", "people wait")} for your answer
          {page?.next && ", and more"}
        </h2>
      </div>
      <ul class="rows">
        {items.map((one) => (
          <RegistrationRow key={one.id} registration={one} names="person" onChanged={changed} />
        ))}
      </ul>
    </section>
  );
}
