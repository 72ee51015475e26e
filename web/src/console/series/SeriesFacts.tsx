import type { Series } from "../../api/series";
import { CopyButton } from "../../ui/CopyButton";
import { plural } from "../logic/time";
import { Section } from "../parts/Section";

/** Where people register for a series, and what was set for all of its sessions. */
export function SeriesFacts({ series }: { series: Series }) {
  return (
    <>
      <Section title="Register page">
        <div class="card">
          {series.public ? (
            <>
              <p>Share this address. People register here; their own link comes by mail.</p>
              <p class="link-line">{series.page}</p>
              <div class="card-actions">
                <CopyButton text={series.page} kind="primary">
                  Copy address
                </CopyButton>
                <a class="button" href={series.page} target="_blank" rel="noreferrer">
                  Open
                </a>
              </div>
            </>
          ) : (
            <p>Switched off: only people whom you add are registered. Change the series to switch it on.</p>
          )}
        </div>
      </Section>
      <Section title="Details">
        <div class="card">
          <dl class="facts">
            {factsOf(series).map(([term, words]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Section>
    </>
  );
}

function factsOf(series: Series): [string, string][] {
  const approval = {
    "": "as in the program",
    open: "everybody gets in",
    coordinator: "a coordinator decides",
  };
  const full = series.waiting_list ? ", then a waiting list" : ", then nobody more";
  const facts: [string, string][] = [
    [
      "Room",
      `opens ${plural(series.lead_minutes, "minute")} early, closes by itself ${plural(series.overrun_minutes, "minute")} after the end`,
    ],
    ["Waiting room", series.lobby ? "on, for visitors of a public link" : "off"],
    ["Registration", approval[series.approval]],
    ["Places", series.capacity === null ? "any number" : `${series.capacity}${full}`],
  ];
  if (series.contact) facts.push(["Help", series.contact]);
  if (series.description) facts.push(["Description", series.description]);
  return facts;
}
