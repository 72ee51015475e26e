import { useRef, useState } from "preact/hooks";
import { type SteadyRow, steady } from "../logic/steady";

export interface SteadyList<T> {
  readonly rows: readonly SteadyRow<T>[];
  /** Spread onto the list's element: a pointer over it or keyboard focus inside holds the rows. */
  readonly hold: {
    onPointerEnter(): void;
    onPointerLeave(): void;
    onFocusIn(event: FocusEvent): void;
    onFocusOut(event: FocusEvent): void;
  };
}

/** Rows that keep their place while somebody points at the list or moves through it by keyboard. */
export function useSteady<T>(items: readonly T[], keyOf: (item: T) => string): SteadyList<T> {
  const rows = useRef<readonly SteadyRow<T>[]>([]);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  rows.current = steady(rows.current, items, keyOf, pointed || focused);
  return {
    rows: rows.current,
    hold: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      // A click leaves the focus on its button; only focus that shows is somebody working by keyboard.
      onFocusIn: (event) =>
        setFocused(event.target instanceof Element && event.target.matches(":focus-visible")),
      onFocusOut: (event) => {
        const list = event.currentTarget;
        const next = event.relatedTarget;
        if (!(list instanceof Node && next instanceof Node && list.contains(next))) setFocused(false);
      },
    },
  };
}
