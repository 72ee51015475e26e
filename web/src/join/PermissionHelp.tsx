import { allowSteps, type BrowserFamily, browserFamily } from "../media/words";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { lock, mic, refreshCw, settings, video, x } from "../ui/icons";

/** Where to click when the browser was told not to give camera and microphone. */
export function PermissionHelp({ onRetry }: { onRetry(): void }) {
  const family = browserFamily(navigator.userAgent, navigator.maxTouchPoints);
  return (
    <Banner kind="problem" title="Camera and microphone are blocked for this page">
      <div class="permission">
        <AddressBar family={family} />
        <ol class="steps">
          {allowSteps(family).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <div class="permission-actions">
          <Button icon={refreshCw} onClick={onRetry}>
            Try again
          </Button>
          <span class="small muted">Or join without: you will hear and see everybody.</span>
        </div>
      </div>
    </Banner>
  );
}

/** The browser's address bar as it looks there, with a ring round the place to click. */
function AddressBar({ family }: { family: BrowserFamily }) {
  const sign = { chromium: settings, firefox: mic, safari: lock, ios: settings, android: lock, other: lock }[
    family
  ];
  const blocked = family === "firefox";
  return (
    <div class="address-bar" aria-hidden="true">
      <span class="address-sign">
        <Icon of={sign} />
        {blocked && <Icon of={x} class="address-cross" />}
        {family === "firefox" && <Icon of={video} />}
      </span>
      <span class="address-text">{location.host}</span>
    </div>
  );
}
