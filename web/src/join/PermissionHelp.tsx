import type { InputKind } from "../media/devices";
import { allowSteps, type BrowserFamily, browserFamily } from "../media/words";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { lock, mic, refreshCw, settings, video, x } from "../ui/icons";

/** Where to click when the browser was told not to give camera and microphone. */
export function PermissionHelp({ devices, onRetry }: { devices: readonly InputKind[]; onRetry(): void }) {
  const family = browserFamily(navigator.userAgent, navigator.maxTouchPoints);
  return (
    <Banner kind="problem" title={`${sentence(devices)} blocked for this page`}>
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

function sentence(devices: readonly InputKind[]): string {
  if (devices.length > 1) return "Camera and microphone are";
  return devices[0] === "camera" ? "The camera is" : "The microphone is";
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
