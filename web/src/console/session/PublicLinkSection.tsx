import { renewPublicLink } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { CopyButton } from "../../ui/CopyButton";
import { link } from "../../ui/icons";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";

/** The one link for everybody, as in an invitation or on a web site. */
export function PublicLinkSection({ session, onChanged }: { session: Session; onChanged(): void }) {
  const action = useAction();
  if (session.status !== "open" && session.status !== "scheduled") return null;

  async function renew() {
    if (await action.run(() => renewPublicLink(session.id), "The public link is new.")) onChanged();
  }

  return (
    <Section title="Public link">
      <div class="card">
        <p class="muted">
          {session.lobby
            ? "For everybody without a personal link. Visitors say who they are and wait until you let them in."
            : "For everybody without a personal link. Visitors say who they are and come straight in."}
        </p>
        {session.public_link ? (
          <>
            <p class="link-line">{session.public_link}</p>
            <div class="card-actions">
              <CopyButton text={session.public_link} kind="primary">
                Copy public link
              </CopyButton>
              <ConfirmButton
                kind="quiet"
                question="A new public link? The one you shared before stops working."
                confirm="New link"
                keep="Keep"
                onConfirm={renew}
              >
                New link
              </ConfirmButton>
            </div>
          </>
        ) : (
          <Button icon={link} disabled={action.busy} onClick={() => void renew()}>
            Make a public link
          </Button>
        )}
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
