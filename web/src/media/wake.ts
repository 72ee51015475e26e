/** Keeps the screen of a phone on while the visitor is in the room; the browser lets go whenever the page is hidden. */
export function keepAwake(): () => void {
  if (!("wakeLock" in navigator)) return () => {};
  let lock: WakeLockSentinel | null = null;
  let ended = false;
  const take = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const taken = await navigator.wakeLock.request("screen");
      if (ended) await taken.release();
      else lock = taken;
    } catch {
      // low battery, or not allowed: the screen then follows the device's own rule
    }
  };
  const again = () => void take();
  document.addEventListener("visibilitychange", again);
  void take();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
