import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/Button";
import { x } from "../ui/icons";
import { panel } from "./panel";

/** The side of the room: beside the stage where there is space, over it on phones and tablets. */
export function SidePanel({ title, children }: { title: string; children: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    head.current?.focus({ preventScroll: true });
  }, []);
  const close = () => {
    panel.value = null;
  };
  return (
    <aside
      class="side"
      aria-label={title}
      onKeyDown={(event) => {
        const inDialog = event.target instanceof Element && event.target.closest("dialog");
        if (event.key === "Escape" && !inDialog) close();
      }}
    >
      <div class="side-head">
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        <Button kind="quiet" icon={x} aria-label={`Close ${title}`} onClick={close} />
      </div>
      <div class="side-body">{children}</div>
    </aside>
  );
}
