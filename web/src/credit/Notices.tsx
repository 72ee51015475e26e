import type { CreditNotice } from "../api/learner";
import "./notices.css";

/** What credit there is, who accredits it, and in which words: read before the start. */
export function Notices({ credit, level = 2 }: { credit: readonly CreditNotice[]; level?: 2 | 3 }) {
  if (credit.length === 0) return null;
  const Heading = `h${level}` as const;
  return (
    <section class="credit-notices" aria-labelledby="credit-notices">
      <Heading id="credit-notices">Continuing-education credit</Heading>
      <ul>
        {credit.map((one) => (
          <li key={`${one.name} ${one.provider}`}>
            <p>
              <span class="strong">{one.name}</span>
              {one.most && `, up to ${one.most} a session`}
            </p>
            <p class="muted">
              {one.provider}
              {one.professions.length > 0 && ` · for ${one.professions.join(", ")}`}
            </p>
            {one.statement && <p class="notice-statement">{one.statement}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
