import { signOut } from "../../api/account";
import type { Account } from "../../api/types";
import { Button } from "../../ui/Button";
import { logOut } from "../../ui/icons";
import { ThemeSwitch } from "../../ui/ThemeSwitch";
import { addressOf } from "../logic/route";
import { MailSection } from "../mail/MailSection";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { visitor } from "../state/account";
import { useAction } from "../state/use-action";
import { EndpointsSection } from "./EndpointsSection";

/** What is set once: where updates go, how the console looks, who is signed in. */
export function SettingsPage({ account }: { account: Account }) {
  const action = useAction();

  async function leave() {
    if (await action.run(signOut)) visitor.value = { is: "signed-out" };
  }

  return (
    <>
      <PageHead title="Settings" />
      <EndpointsSection />
      <MailSection />
      <Section title="Privacy">
        <div class="card account">
          <p class="muted">What is kept of people, for how long, what was removed, and who looked at what.</p>
          <a class="button" href={addressOf({ name: "privacy" })}>
            Open
          </a>
        </div>
      </Section>
      <Section title="Colours">
        <div>
          <ThemeSwitch />
        </div>
      </Section>
      <Section title="Account">
        <div class="card account">
          <p>
            <span class="strong">{account.name}</span>
            <br />
            <span class="muted">{account.email}</span>
          </p>
          <Button icon={logOut} disabled={action.busy} onClick={() => void leave()}>
            Sign out
          </Button>
        </div>
        <Problem words={action.problem} />
      </Section>
    </>
  );
}
