import type { ComponentChildren } from "preact";

/** Something that is on or off at once, with its label at the left. */
export function Switch(props: { on: boolean; onChange(on: boolean): void; children: ComponentChildren }) {
  return (
    <label class="switch">
      <span>{props.children}</span>
      <input
        type="checkbox"
        role="switch"
        checked={props.on}
        aria-checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
