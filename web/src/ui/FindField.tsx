import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { FieldError } from "./Field";

const TYPING_MS = 200;

/** Something that was found. */
export interface Found {
  readonly id: string;
  readonly name: string;
  /** A few words that tell it from others of its name. */
  readonly about: string;
}

export interface FindFieldProps {
  label: ComponentChildren;
  note?: ComponentChildren;
  error?: string | undefined;
  text: string;
  onText(text: string): void;
  /** Where nothing can be looked up, an empty list: that keeps nobody from going on. */
  find(search: string, signal: AbortSignal): Promise<readonly Found[]>;
  onTake(found: Found): void;
  /** True while what is in the field was taken from the list: nothing is looked up then. */
  taken: boolean;
  /** The last line of the list, which takes what was typed as it stands. */
  asTyped?: string;
  /** Told whether the list is open. */
  onOpen?(open: boolean): void;
  name?: string;
  autoComplete?: string;
  placeholder?: string;
  maxLength?: number;
  /** So many letters start the search. */
  least?: number;
}

/** A field whose list follows what is typed. Arrows move, Enter takes, Escape closes the list. */
export function FindField(props: FindFieldProps) {
  const { label, note, error, text, onText, onTake, taken, asTyped, onOpen, least = 2, ...rest } = props;
  const { find, autoComplete = "off", ...native } = rest;
  const id = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const found = useFound(open && !taken ? text.trim() : "", least, find);
  const shown = open && found.length > 0;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  useEffect(() => onOpen?.(shown), [shown, onOpen]);

  function take(chosen: Found | undefined) {
    if (chosen) onTake(chosen);
    setOpen(false);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!shown) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      setAt(Math.max(-1, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <div class="field find">
      <label class="field-label" for={id}>
        {label}
      </label>
      {note && (
        <span class="field-note" id={`${id}-note`}>
          {note}
        </span>
      )}
      <input
        {...native}
        id={id}
        class="input"
        role="combobox"
        autocomplete={autoComplete}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-describedby={`${id}-note ${id}-error`}
        aria-invalid={error ? true : undefined}
        {...(shown && at >= 0 ? { "aria-activedescendant": `${id}-${at}` } : {})}
        value={text}
        onInput={(event) => {
          onText(event.currentTarget.value);
          setOpen(true);
          setAt(-1);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {shown && (
        <div class="find-list">
          <div id={`${id}-list`} role="listbox" aria-label="Found" ref={list}>
            {found.map((one, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              <div
                key={one.id}
                id={`${id}-${index}`}
                class="find-option"
                role="option"
                aria-selected={index === at}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => take(one)}
              >
                <span>{one.name}</span>
                <span class="muted small">{one.about}</span>
              </div>
            ))}
          </div>
          {asTyped && (
            <button
              type="button"
              class="find-option find-as-typed"
              tabIndex={-1}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => setOpen(false)}
            >
              {asTyped}
            </button>
          )}
        </div>
      )}
      <p class="visually-hidden" role="status">
        {shown ? `${found.length} found; choose with the arrow keys.` : ""}
      </p>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

/** What there is for a text, a moment after it rests. */
function useFound(search: string, least: number, find: FindFieldProps["find"]): readonly Found[] {
  const [found, setFound] = useState<readonly Found[]>([]);
  const finder = useRef(find);
  finder.current = find;
  useEffect(() => {
    if (search.length < least) {
      setFound([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      finder.current(search, stop.signal).then(setFound, () => undefined);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [search, least]);
  return found;
}
