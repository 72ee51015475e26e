import { dismissNotice, listNotices, type Notice } from "../../api/calendar";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { addressOf } from "../logic/route";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";

const REFRESH_MS = 60_000;

/** What happened by itself and somebody should know, such as dates that moved; nothing where there is none. */
export function Notices() {
  const notices = useResource("notices", listNotices, REFRESH_MS);
  if (!notices.value || notices.value.length === 0) return null;
  return (
    <Section title="To know">
      {notices.value.map((notice) => (
        <One key={notice.id} notice={notice} onDismissed={() => void notices.reload()} />
      ))}
    </Section>
  );
}

function One({ notice, onDismissed }: { notice: Notice; onDismissed(): void }) {
  const action = useAction();
  const dismiss = async () => {
    if (await action.run(() => dismissNotice(notice.id), "Taken off the list.")) onDismissed();
  };
  const [session] = notice.session_ids;
  return (
    <>
      <Banner
        title={notice.title}
        action={
          <div class="card-actions">
            {notice.series_id ? (
              <a class="button" href={addressOf({ name: "series", id: notice.series_id })}>
                Look at the series
              </a>
            ) : (
              session && (
                <a class="button" href={addressOf({ name: "session", id: session })}>
                  Look at the session
                </a>
              )
            )}
            <Button
              disabled={action.busy}
              aria-label={`Seen: ${notice.title}`}
              onClick={() => void dismiss()}
            >
              Seen
            </Button>
          </div>
        }
      >
        {notice.text.split("\n").map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Banner>
      <Problem words={action.problem} />
    </>
  );
}
