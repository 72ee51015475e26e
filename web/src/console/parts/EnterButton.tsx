import { enterLink } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Button } from "../../ui/Button";
import { externalLink } from "../../ui/icons";
import { useAction } from "../state/use-action";
import { Problem } from "./Problem";

export interface EnterButtonProps {
  session: Pick<Session, "id">;
  kind?: "plain" | "primary";
}

/** Opens the room in a tab of its own, as the facilitator who is signed in. */
export function EnterButton({ session, kind = "plain" }: EnterButtonProps) {
  const action = useAction();

  async function open() {
    // The tab is opened within the click, or the browser would block it as a pop-up.
    const tab = window.open("about:blank", "_blank");
    const done = await action.run(async () => {
      const link = await enterLink(session.id);
      if (tab) {
        tab.opener = null;
        tab.location.replace(link);
      } else location.assign(link);
    });
    if (!done) tab?.close();
  }

  return (
    <>
      <Button kind={kind} icon={externalLink} disabled={action.busy} onClick={open}>
        Enter room
      </Button>
      <Problem words={action.problem} />
    </>
  );
}
