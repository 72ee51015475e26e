import type { InputKind, Trouble } from "./devices";

/** Which browser's menus to describe. Only for these words: nothing else depends on the browser's name. */
export type BrowserFamily = "chromium" | "firefox" | "safari" | "ios" | "android" | "other";

export function browserFamily(userAgent: string, touchPoints: number): BrowserFamily {
  const apple = /iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  if (apple) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrome\/|Chromium\//.test(userAgent)) return "chromium";
  if (/Safari\//.test(userAgent)) return "safari";
  return "other";
}

const steps: Record<BrowserFamily, string[]> = {
  chromium: [
    "Click the camera or the settings sign at the left of the address.",
    "Switch microphone and camera to “Allow”.",
    "Come back here and press “Try again”.",
  ],
  firefox: [
    "Click the crossed-out microphone or camera at the left of the address.",
    "Click the × beside “Blocked”.",
    "Press “Try again” here and choose “Allow”.",
  ],
  safari: [
    "Open “Safari” in the menu bar, then “Settings for This Website”.",
    "Set camera and microphone to “Allow”.",
    "Come back here and press “Try again”.",
  ],
  ios: [
    "Tap the page settings sign at the left of the address, then “Website Settings”.",
    "Set camera and microphone to “Allow”.",
    "Come back here and tap “Try again”.",
  ],
  android: [
    "Tap the sign at the left of the address, then “Permissions”.",
    "Allow microphone and camera.",
    "Come back here and tap “Try again”.",
  ],
  other: [
    "Open this site's permissions in your browser.",
    "Allow microphone and camera.",
    "Press “Try again” here.",
  ],
};

/** How to allow what was refused, one step a line. */
export function allowSteps(family: BrowserFamily): string[] {
  return steps[family];
}

const named: Record<InputKind, string> = { microphone: "microphone", camera: "camera" };

/** What is wrong with a device, in a sentence, and what helps. */
export function troubleWords(kind: InputKind, trouble: Trouble): string {
  const device = named[kind];
  switch (trouble) {
    case "refused":
      return `This page may not use your ${device}.`;
    case "missing":
      return `No ${device} found. Plug one in, or go on without.`;
    case "busy":
      return `Another program is using your ${device}. Close it there, then try again.`;
    case "insecure":
      return `Browsers give no ${device} to a page without https. Ask for a link that starts with https.`;
    case "failed":
      return `Your ${device} did not start. Try again, or choose another one.`;
  }
}
