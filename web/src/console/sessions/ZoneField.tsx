import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { FieldError } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { chevronDown } from "../../ui/icons";
import { allZones, describeZone, findZones, type Zone } from "../logic/zones";

const SHOWN = 60;

export interface ZoneFieldProps {
  /** Empty where nobody knows. */
  value: string;
  /** The day on which offsets are shown. */
  on: Date;
  onValue(zone: string): void;
  disabled?: boolean;
  /** Shown where `value` is empty. */
  unset?: string;
  error?: string | undefined;
}

const words = (zone: Zone): string => `${zone.name} (${zone.city})`;

/** A time zone, found by typing a city or the zone's usual name. Arrows move, Enter takes, Escape keeps the old one. */
export function ZoneField({
  value,
  on,
  onValue,
  disabled = false,
  unset = "Not known",
  error,
}: ZoneFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const open = typed !== null;
  const day = on.getTime();
  const zones = useMemo(() => (open ? allZones(new Date(day)) : []), [open, day]);
  const found = useMemo(() => findZones(zones, typed ?? "").slice(0, SHOWN), [zones, typed]);
  const chosen = value ? words(describeZone(value, on)) : unset;

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, open]);

  function take(zone: Zone | undefined) {
    if (zone) onValue(zone.id);
    setTyped(null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) setTyped("");
      else setAt(Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setTyped(null);
    }
  }

  return (
    <div class="field zone-field">
      <label class="field-label" for={id}>
        Time zone
      </label>
      <span class="select">
        <input
          id={id}
          class="input"
          role="combobox"
          disabled={disabled}
          autocomplete="off"
          spellcheck={false}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(open && found[at] ? { "aria-activedescendant": `${id}-${at}` } : {})}
          {...(error ? { "aria-invalid": true, "aria-describedby": `${id}-error` } : {})}
          placeholder={chosen}
          value={open ? typed : chosen}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onClick={() => {
            if (!open) setTyped("");
            setAt(0);
          }}
          onBlur={() => setTyped(null)}
          onKeyDown={onKeyDown}
        />
        <Icon of={chevronDown} />
      </span>
      {open && (
        <div class="zone-list" id={`${id}-list`} role="listbox" aria-label="Time zones" ref={list}>
          {found.map((zone, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              key={zone.id}
              id={`${id}-${index}`}
              class="zone"
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(zone)}
            >
              <span>{words(zone)}</span>
              <span class="muted small">{zone.offset}</span>
            </div>
          ))}
        </div>
      )}
      {open && found.length === 0 && (
        <p class="field-note" role="status">
          No zone is called that. Try a large city nearby.
        </p>
      )}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
