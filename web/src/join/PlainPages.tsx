import type { Why } from "../session/phase";
import { useSession } from "../session/SessionContext";
import { Brand } from "../ui/Brand";
import { Button } from "../ui/Button";
import { logOut, refreshCw } from "../ui/icons";
import { PlainPage } from "../ui/PlainPage";
import type { Resume } from "../wire";
import { CreditLink } from "./CreditLink";
import { useLastingLoss } from "./loss";

interface Words {
  title: string;
  text: string;
  /** What the button that comes back says; none where coming back leads nowhere. */
  again?: string;
  /** True where the service's own words say more. */
  told?: boolean;
  /** True where asking the hub is the way on. */
  ask?: boolean;
  /** True where having the link mailed again is the way on. */
  lost?: boolean;
}

const words: Record<Why, Words> = {
  left: { title: "You left the session", text: "You can come back with the same link.", again: "Join again" },
  removed: {
    title: "You were removed",
    text: "The facilitator removed you from this session.",
    told: true,
    ask: true,
  },
  moved: {
    title: "You went on with another device",
    text: "This device is out of the room. You can bring the session back to it.",
    again: "Use this device again",
  },
  ended: {
    title: "The session is over",
    text: "Thank you for being here. You can close this page.",
    told: true,
  },
  declined: {
    title: "You were not let in",
    text: "The facilitator did not admit you to this session.",
    ask: true,
  },
  taken_over: {
    title: "Open in another tab",
    text: "This session went on in another tab or window of this browser.",
    again: "Use this tab",
  },
  bad_link: {
    title: "This link is not valid",
    text: "It may be incomplete, or it was replaced by a newer one. Please open the link once more as it stands in your invitation.",
    ask: true,
    lost: true,
  },
  expired_link: {
    title: "This link has expired",
    text: "The session that it belonged to is over, or the link was replaced by a newer one.",
    ask: true,
    lost: true,
  },
  old_page: {
    title: "This page is out of date",
    text: "The service was updated meanwhile. Load the page once more to go on.",
    again: "Load again",
  },
};

interface OverProps {
  why: Why;
  message: string;
  contact: string;
  /** By what the service knows this device, where it was in the room. */
  device?: Resume | null;
}

/** Why the visitor is not in the room, and what they can do. */
export function OverPage({ why, message, contact, device }: OverProps) {
  const { title, text, again, told, ask, lost } = words[why];
  const gone = ["left", "ended", "removed"].includes(why) ? device : null;
  return (
    <PlainPage
      title={title}
      actions={
        (again || lost || gone) && (
          <>
            {gone && <CreditLink device={gone} first={!again} />}
            {again && (
              <Button kind="primary" icon={refreshCw} onClick={() => location.reload()}>
                {again}
              </Button>
            )}
            {lost && (
              <a class="button" href="/lost-link">
                Have your link sent again
              </a>
            )}
          </>
        )
      }
    >
      <p>{(told && message) || text}</p>
      {ask && (
        <p class="muted">
          {contact
            ? `Questions? Ask ${contact}.`
            : "Questions? Ask whoever sent you the link: the hub that runs the session."}
        </p>
      )}
    </PlainPage>
  );
}

/** Shown for the moment until the service has answered; says so where that takes longer. */
export function ConnectingPage() {
  const session = useSession();
  const { slow, lost } = useLastingLoss(session);
  return (
    <main class="connecting" aria-busy="true">
      <Brand />
      <p class="muted" role="status">
        {lost ? "The service does not answer. Trying again…" : slow ? "Connecting…" : ""}
      </p>
      {lost && (
        <Button icon={logOut} onClick={() => location.reload()}>
          Load the page again
        </Button>
      )}
    </main>
  );
}
