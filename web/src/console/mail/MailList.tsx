import { listMails, type Mail, type MailFilter, type MailState, retryMail } from "../../api/mails";
import { Button } from "../../ui/Button";
import { refreshCw } from "../../ui/icons";
import { mailDetail, mailStateWords, mailTitle } from "../logic/registrations";
import { browserZone } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { useList } from "../state/use-list";

export interface MailListProps {
  filter: MailFilter;
  title: string;
  /** Rows do not repeat to whom, where the page is about that person. */
  quiet?: boolean;
}

/** Mail as a section of a page. */
export function MailList({ filter, title, quiet = false }: MailListProps) {
  return (
    <Section title={title}>
      <MailRows filter={filter} quiet={quiet} />
    </Section>
  );
}

/** Mails, newest first. */
export function MailRows({ filter, quiet = false }: { filter: MailFilter; quiet?: boolean }) {
  const asked = { limit: 20, ...filter };
  const key = JSON.stringify(filter);
  /** Each look at mail is noted with who looked, so it is read when somebody asks and never by itself. */
  const list = useList(key, (cursor) => listMails({ ...asked, ...(cursor ? { cursor } : {}) }), null);
  return (
    <div class="list-page">
      <Problem words={list.problem} retry={() => void list.reload()} />
      {list.loaded && list.items.length === 0 && (
        <Empty title={filter.state ? "No mail in this state" : "No mail yet"}>
          Invitations, changes and reminders are listed here once they are written.
        </Empty>
      )}
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((mail) => (
            <MailRow key={mail.id} mail={mail} quiet={quiet} onChanged={() => void list.reload()} />
          ))}
        </ul>
      )}
      <div class="card-actions">
        {list.longer && (
          <Button disabled={list.busy} onClick={() => void list.more()}>
            Show more
          </Button>
        )}
        <Button kind="quiet" icon={refreshCw} onClick={() => void list.reload()}>
          Read again
        </Button>
      </div>
    </div>
  );
}

const GOOD: readonly MailState[] = ["sent", "pending", "sending"];

function MailRow({ mail, quiet, onChanged }: { mail: Mail; quiet: boolean; onChanged(): void }) {
  const action = useAction();
  const to = [mail.to_name, mail.to_address].filter(Boolean).join(", ");

  async function retry() {
    if (await action.run(() => retryMail(mail.id), "It is tried again.")) onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">{mailTitle(mail)}</span>
        <span class="row-note">{quiet ? mail.to_address : `To ${to}`}</span>
        <span class="row-note small">{mailDetail(mail, browserZone(), now.value)}</span>
      </div>
      <div class="row-actions">
        <span class={`status${GOOD.includes(mail.state) ? "" : " status-mail-bad"}`}>
          {mailStateWords(mail.state)}
        </span>
        {mail.state === "failed" && (
          <Button icon={refreshCw} disabled={action.busy} onClick={() => void retry()}>
            Try again
          </Button>
        )}
      </div>
      <Problem words={action.problem} />
    </li>
  );
}
