import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type FoundSite, findSites } from "../api/public";
import { Field, FieldError } from "../ui/Field";
import { Select } from "../ui/Select";
import { type Errors, NO_SITE, type SiteDraft } from "./draft";

const TYPING_MS = 200;
const LEAST = 2;

const TYPES = [
  { value: "", label: "Choose, if you like" },
  { value: "health_center", label: "Health center" },
  { value: "hospital", label: "Hospital" },
  { value: "clinic", label: "Clinic" },
  { value: "practice", label: "Private practice" },
  { value: "school", label: "School" },
  { value: "school_district", label: "School district" },
  { value: "university", label: "University or college" },
  { value: "government", label: "Government" },
  { value: "tribal", label: "Tribal organization" },
  { value: "other", label: "Something else" },
];

export interface SiteFieldProps {
  site: SiteDraft;
  onSite(site: SiteDraft): void;
  errors: Errors;
}

/** Where somebody works: found while typing, or added as typed. Arrows move, Enter takes, Escape closes the list. */
export function SiteField({ site, onSite, errors }: SiteFieldProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const found = useFound(open && !site.id ? site.name.trim() : "");
  const shown = open && found.length > 0;
  const isNew = site.name.trim().length >= LEAST && !site.id;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  function take(chosen: FoundSite | undefined) {
    if (chosen) onSite({ ...NO_SITE, id: chosen.id, name: chosen.name, state: chosen.state });
    setOpen(false);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!shown) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt(Math.max(-1, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <>
      <div class="field site-field">
        <label class="field-label" for={id}>
          Clinic, school or other workplace
        </label>
        <span class="field-note" id={`${id}-note`}>
          {site.id
            ? site.state && `In ${site.state}. Write another name to change it.`
            : "Choose it where it appears in the list, or write its name."}
        </span>
        <input
          id={id}
          class="input"
          name="site"
          role="combobox"
          autocomplete="organization"
          maxLength={200}
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-describedby={`${id}-note ${id}-error`}
          aria-invalid={errors.site ? true : undefined}
          {...(shown && at >= 0 ? { "aria-activedescendant": `${id}-${at}` } : {})}
          value={site.name}
          onInput={(event) => {
            onSite({ ...site, id: "", ...(site.id ? { state: "" } : {}), name: event.currentTarget.value });
            setOpen(true);
            setAt(-1);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {shown && (
          <div class="site-list" id={`${id}-list`} role="listbox" aria-label="Workplaces" ref={list}>
            {found.map((one, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              <div
                key={one.id}
                id={`${id}-${index}`}
                class="site-option"
                role="option"
                aria-selected={index === at}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => take(one)}
              >
                <span>{one.name}</span>
                <span class="muted small">{one.state}</span>
              </div>
            ))}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same from the input */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
            <div
              class="site-option site-add"
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => setOpen(false)}
            >
              None of these: add “{site.name.trim()}”
            </div>
          </div>
        )}
        <FieldError id={`${id}-error`} error={errors.site} />
      </div>
      <p class="visually-hidden" role="status">
        {shown ? `${found.length} found; choose with the arrow keys, or go on to add yours.` : ""}
      </p>
      {isNew && !shown && <NewSite site={site} onSite={onSite} errors={errors} />}
    </>
  );
}

/** What a coordinator wants to know of a workplace that the hub does not have yet. */
function NewSite({ site, onSite, errors }: SiteFieldProps) {
  return (
    <div class="site-new">
      <p class="muted small">If it is new to the hub, this helps to find it. All of it may stay empty.</p>
      <div class="pair">
        <Field
          label="State"
          name="state"
          value={site.state}
          onValue={(state) => onSite({ ...site, state })}
          autoComplete="address-level1"
          maxLength={80}
          error={errors["site.state"]}
        />
        <Field
          label="County"
          name="county"
          value={site.county}
          onValue={(county) => onSite({ ...site, county })}
          autoComplete="address-level2"
          maxLength={80}
          error={errors["site.county"]}
        />
      </div>
      <Select
        label="Kind of workplace"
        options={TYPES}
        value={site.type}
        onValue={(type) => onSite({ ...site, type })}
        error={errors["site.type"]}
      />
    </div>
  );
}

/** Sites for what was typed, a moment after it rests. That none are found, or none can be looked up, keeps nobody out. */
function useFound(search: string): readonly FoundSite[] {
  const [found, setFound] = useState<readonly FoundSite[]>([]);
  useEffect(() => {
    if (search.length < LEAST) {
      setFound([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      findSites(search, stop.signal).then(setFound, () => undefined);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [search]);
  return found;
}
