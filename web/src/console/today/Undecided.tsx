import type { Undecided } from "../../api/registrations";
import { Banner } from "../../ui/Banner";
import { stampWords } from "../logic/registrations";
import { addressOf } from "../logic/route";
import { browserZone, plural } from "../logic/time";
import { Section } from "../parts/Section";
import { now } from "../state/clock";

/** So many series and programs are named; the longest wait comes first. */
const SHOWN = 5;

/** Where people wait for an answer; nothing while nobody does. */
export function UndecidedList({ items }: { items: readonly Undecided[] }) {
  if (items.length === 0) return null;
  const rest = items.slice(SHOWN);
  return (
    <Section title="Waiting for your answer">
      {items.slice(0, SHOWN).map((one) => (
        <Banner
          key={one.id}
          kind="waiting"
          title={one.title}
          action={
            <a
              class="button"
              href={addressOf({ name: one.scope, id: one.id })}
              aria-label={`Answer: ${one.title}`}
            >
              Answer
            </a>
          }
        >
          {plural(one.pending, "person wants", "people want")} to register, the first since{" "}
          {stampWords(one.oldest_at, browserZone(), now.value)}.
        </Banner>
      ))}
      {rest.length > 0 && (
        <p class="muted">
          And {plural(rest.length, "more series or program", "more series and programs")} with{" "}
          {plural(
            rest.reduce((sum, one) => sum + one.pending, 0),
            "person",
            "people",
          )}
          .
        </p>
      )}
    </Section>
  );
}
