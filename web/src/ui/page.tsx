import { type ComponentType, render } from "preact";
import { LiveRegion } from "./LiveRegion";
import { startTheme } from "./theme";
import "./base.css";
import "./components.css";
import "./fields.css";

/** Puts a page's root component on the screen, in the visitor's theme and with its live region. */
export function start(Page: ComponentType): void {
  startTheme();
  const root = document.getElementById("page");
  if (!root) throw new Error("the page has no #page element");
  render(
    <>
      <Page />
      <LiveRegion />
    </>,
    root,
  );
}
