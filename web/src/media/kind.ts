export type DeviceKind = "phone" | "tablet" | "desktop";

const PHONE_SIDE = 500; // CSS pixels of the shorter side; the largest phones have about 480

/** What this device is to the service: decides how many pictures it is offered. By its features, not its name. */
export function deviceKind(): DeviceKind {
  if (!matchMedia("(pointer: coarse)").matches || matchMedia("(any-pointer: fine)").matches) return "desktop";
  return Math.min(screen.width, screen.height, innerWidth) <= PHONE_SIDE ? "phone" : "tablet";
}

const PHONE_SLOTS = 9;

/** How many pictures the offer makes room for. */
export function videoSlots(kind: DeviceKind, most: number, choosesCodecs: boolean): number {
  return kind === "phone" || !choosesCodecs ? Math.min(PHONE_SLOTS, most) : most;
}
