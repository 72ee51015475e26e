/** Moves the focus through the rows of a list: arrows, Home and End. Rows mark their main control `data-row`. */
export function listKeys(event: KeyboardEvent): void {
  const list = event.currentTarget;
  const from = event.target;
  if (!(list instanceof HTMLElement) || !(from instanceof HTMLElement)) return;
  if (from.closest("dialog") !== list.closest("dialog")) return; // a sheet that was opened from a row
  if (from instanceof HTMLInputElement && from.type === "radio") return; // arrows choose among those
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row === from || row.closest("li")?.contains(from));
  const next = target(event.key, at, rows.length, from);
  const row = next === null ? undefined : rows[next];
  if (!row) return;
  event.preventDefault();
  row.focus();
}

function target(key: string, at: number, count: number, from: HTMLElement): number | null {
  const typing = from instanceof HTMLInputElement;
  if (key === "ArrowDown") return Math.min(at + 1, count - 1);
  if (key === "ArrowUp" && at > 0) return at - 1;
  if (key === "Home" && !typing) return 0;
  if (key === "End" && !typing) return count - 1;
  return null;
}
