import { Banner } from "../../ui/Banner";
import type { Meanwhile } from "../logic/meanwhile";

/** Tells the second of two coordinators what the first has changed, and that nothing of it is overwritten. */
export function MeanwhileBanner({ told }: { told: readonly Meanwhile[] }) {
  if (told.length === 0) return null;
  return (
    <Banner kind="problem" title="Somebody changed this series meanwhile">
      <p>Nothing was saved yet. Look at what changed, then save.</p>
      <ul class="meanwhile">
        {told.map(({ field, was, now, yours }) => (
          <li key={field}>
            <strong>{field}</strong>: <s>{was}</s> is now {now}
            {yours !== null && <span>, and you typed {yours}, which is kept in the form</span>}.
          </li>
        ))}
      </ul>
    </Banner>
  );
}
