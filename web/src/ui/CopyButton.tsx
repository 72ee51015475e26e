import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button";
import { check, copy } from "./icons";
import { announce } from "./LiveRegion";

const SHOWN_MS = 2500;

export interface CopyButtonProps {
  /** What is copied. */
  text: string;
  /** What the button says; "Copied" takes its place for a moment. */
  children: string;
  /** Says more than `children` to those who hear the page: "Copy link of Ana Ortiz". */
  label?: string;
  kind?: "plain" | "primary" | "quiet";
}

/** Copies a text. Where the browser refuses, it shows the text, selected, to be copied by hand. */
export function CopyButton({ text, children, label, kind = "plain" }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "by-hand">("idle");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (state === "by-hand") field.current?.select();
    if (state !== "copied") return;
    const timer = setTimeout(() => setState("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);

  async function run() {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      announce("Copied.");
    } catch {
      setState("by-hand"); // no clipboard on plain http, or not allowed
    }
  }

  if (state === "by-hand") {
    return (
      <input
        ref={field}
        class="input copy-by-hand"
        readOnly
        value={text}
        aria-label="Copy this text by hand"
      />
    );
  }
  return (
    <Button
      kind={kind}
      icon={state === "copied" ? check : copy}
      class="copy-button"
      onClick={run}
      {...(label && state === "idle" ? { "aria-label": label, title: label } : {})}
    >
      {state === "copied" ? "Copied" : children}
    </Button>
  );
}
