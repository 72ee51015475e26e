import { Banner } from "../ui/Banner";
import { Brand } from "../ui/Brand";
import { Icon } from "../ui/Icon";
import { headphones, keyRound, link, smartphone } from "../ui/icons";
import { start } from "../ui/page";
import { ThemeSwitch } from "../ui/ThemeSwitch";
import "./landing.css";

function Landing() {
  return (
    <div class="landing">
      <header class="landing-head">
        <Brand />
        <ThemeSwitch />
      </header>
      <main class="landing-main">
        {location.pathname !== "/" && (
          <Banner title="There is nothing at this address">
            If you followed a link, open it once more as it stands in your invitation.
          </Banner>
        )}
        <h1>Specialists and community clinics, in one room</h1>
        <p class="landing-lead">
          echo-session brings a team of specialists and clinics from everywhere together by video, to learn
          from each other and to discuss cases. It works in the browser: nothing to install, no account.
        </p>
        <div class="landing-actions">
          <a class="button button-primary" href="/practice">
            <Icon of={headphones} />
            Test your device
          </a>
          <a class="button" href="/console">
            Open the console
          </a>
        </div>
        <ul class="landing-ways">
          <Way icon={link} title="Invited to a session?">
            Open the link from your invitation. It knows which session it is for and when the room opens. Lost
            it? <a href="/lost-link">Have your link sent again</a>.
          </Way>
          <Way icon={smartphone} title="First time, or a new device?">
            In the practice room you see yourself and hear your own voice two seconds later. Nobody else is
            there.
          </Way>
          <Way icon={keyRound} title="Running sessions?">
            Sign in with your personal sign-in link. Whoever runs this service makes one with{" "}
            <code>echo-session facilitator link</code>.
          </Way>
        </ul>
      </main>
    </div>
  );
}

function Way({ icon, title, children }: { icon: string; title: string; children: preact.ComponentChildren }) {
  return (
    <li class="landing-way">
      <Icon of={icon} />
      <div>
        <h2>{title}</h2>
        <p>{children}</p>
      </div>
    </li>
  );
}

start(Landing);
