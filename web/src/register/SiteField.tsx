import { useState } from "preact/hooks";
import { findSites } from "../api/public";
import { SITE_TYPES } from "../api/sites";
import { Field } from "../ui/Field";
import { FindField } from "../ui/FindField";
import { Select } from "../ui/Select";
import { type Errors, NO_SITE, type SiteDraft } from "./draft";

const TYPES = [{ value: "", label: "Choose, if you like" }, ...SITE_TYPES];

export interface SiteFieldProps {
  site: SiteDraft;
  onSite(site: SiteDraft): void;
  errors: Errors;
}

/** Where somebody works: found while typing, or added as typed. */
export function SiteField({ site, onSite, errors }: SiteFieldProps) {
  const [open, setOpen] = useState(false);
  const typed = site.name.trim();
  return (
    <>
      <FindField
        label="Clinic, school or other workplace"
        note={
          site.id
            ? site.state && `In ${site.state}. Write another name to change it.`
            : "Choose it where it appears in the list, or write its name."
        }
        name="site"
        autoComplete="organization"
        maxLength={200}
        text={site.name}
        onText={(name) => onSite({ ...site, id: "", ...(site.id ? { state: "" } : {}), name })}
        taken={site.id !== ""}
        find={async (search, signal) =>
          (await findSites(search, signal)).map(({ id, name, state }) => ({ id, name, about: state }))
        }
        onTake={({ id, name, about }) => onSite({ ...NO_SITE, id, name, state: about })}
        asTyped={`None of these: add “${typed}”`}
        onOpen={setOpen}
        error={errors.site}
      />
      {typed.length > 1 && !site.id && !open && <NewSite site={site} onSite={onSite} errors={errors} />}
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
          autoComplete="off"
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
