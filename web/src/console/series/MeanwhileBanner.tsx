import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../../ui/Banner";
import type { Meanwhile } from "../logic/meanwhile";

/** Tells the second of two coordinators what the first has changed, and that nothing of it is overwritten. */
export function MeanwhileBanner({ told }: { told: readonly Meanwhile[] | null }) {
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Who saved stands far below where there is one column.
    if (!told) return;
    banner.current?.focus({ preventScroll: true });
    banner.current?.scrollIntoView({ block: "center" });
  }, [told]);
  if (!told) return null;
  return (
    <div ref={banner} tabIndex={-1}>
      <Banner kind="problem" title="Somebody changed this series meanwhile">
        <p>
          {told.length > 0
            ? "Nothing was saved yet. Look at what changed, then save."
            : "Nothing was saved yet. None of what you see here differs; save again."}
        </p>
        <ul class="meanwhile">
          {told.map(({ field, was, now, yours }) => (
            <li key={field}>
              <strong>{field}</strong>: <s>{was}</s> is now {now}
              {yours !== null && <span>, and you typed {yours}, which is kept in the form</span>}.
            </li>
          ))}
        </ul>
      </Banner>
    </div>
  );
}
