import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "echo-theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // storage is switched off: the choice lasts as long as the page
  }
}

/** The visitor's choice; `system` follows the device. */
export const theme = signal<Theme>(stored());

/** Keeps the page in the chosen theme. Each page calls it once, first. */
export function startTheme(): void {
  effect(() => {
    const root = document.documentElement;
    if (theme.value === "system") delete root.dataset.theme;
    else root.dataset.theme = theme.value;
    try {
      if (theme.value === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme.value);
    } catch {
      // see stored()
    }
  });
}
