import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../session/session";
import { between, type Measure, type Totals, totals } from "./quality";

const EVERY_MS = 2_000;

/** The visitor's line as last measured; null before there is anything to measure. */
export const measured = signal<Measure | null>(null);

/** Measures the line while the room is on screen. */
export function useMeasure(session: Session): void {
  useEffect(() => {
    let before: Totals | null = null;
    const look = async () => {
      const pc = session.link.peer?.pc;
      if (pc?.connectionState !== "connected") {
        measured.value = null;
        before = null;
        return;
      }
      const report = await pc.getStats();
      const after = totals(report.values(), performance.now());
      if (before) measured.value = between(before, after);
      before = after;
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [session]);
}
