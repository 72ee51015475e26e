import { useState } from "preact/hooks";
import { type MailState, mailStatus } from "../../api/mails";
import { Banner } from "../../ui/Banner";
import { mailStatusWords } from "../logic/registrations";
import { browserZone, plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Segments } from "../parts/SearchField";
import { Section } from "../parts/Section";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { MailRows } from "./MailList";

type Filter = "" | Extract<MailState, "pending" | "sent" | "failed">;
const FILTERS: readonly { value: Filter; words: string }[] = [
  { value: "", words: "All" },
  { value: "pending", words: "On the way" },
  { value: "sent", words: "Sent" },
  { value: "failed", words: "Not delivered" },
];

/** Whether mail gets out, and what was written to whom. */
export function MailSection() {
  const [state, setState] = useState<Filter>("");
  const status = useResource("mail", mailStatus, 15_000);
  const found = status.value;
  return (
    <Section title="Mail">
      <Problem words={status.problem} retry={() => void status.reload()} />
      {found && (
        <>
          {found.failed > 0 && (
            <Banner
              kind="problem"
              title={`${plural(found.failed, "mail was", "mails were")} not delivered`}
              action={
                <button type="button" class="button" onClick={() => setState("failed")}>
                  Show
                </button>
              }
            >
              Look at the reason, mend the address, then try again.
            </Banner>
          )}
          <div class="card">
            <p>{mailStatusWords(found, browserZone(), now.value)}</p>
            {found.transport === "folder" ? (
              <p class="muted">
                No mail server is set: mail is written into a folder and reaches nobody. Whoever runs this
                service can name a server in its settings.
                <code class="command">{found.where}</code>
              </p>
            ) : (
              <p class="muted">Sent by {found.where}.</p>
            )}
          </div>
        </>
      )}
      <div class="list-search">
        <Segments legend="Which mail" name="mail-state" options={FILTERS} value={state} onValue={setState} />
      </div>
      <MailRows filter={state ? { state } : {}} />
    </Section>
  );
}
