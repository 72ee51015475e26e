import { signal } from "@preact/signals";

export type Panel = "people" | "company" | "more" | "practice" | null;

/** What the side of the room shows; nothing at first. */
export const panel = signal<Panel>(null);

export function togglePanel(which: Exclude<Panel, null>): void {
  panel.value = panel.value === which ? null : which;
}
