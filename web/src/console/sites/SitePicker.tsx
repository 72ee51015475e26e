import { listSites } from "../../api/sites";
import { FindField } from "../../ui/FindField";
import { aboutSite } from "../logic/people";

export interface SitePickerProps {
  id: string;
  name: string;
  onSite(id: string, name: string): void;
  label?: string;
  note?: string;
  error?: string | undefined;
  /** A site that is not offered: the one that is being merged. */
  without?: string;
}

/** One of the sites that there are, found while typing. */
export function SitePicker({ id, name, onSite, label = "Site", note, error, without }: SitePickerProps) {
  return (
    <FindField
      label={label}
      note={note}
      text={name}
      onText={(text) => onSite("", text)}
      taken={id !== ""}
      find={async (search, signal) =>
        (await listSites({ search, limit: 10 }, signal)).items
          .filter((site) => site.id !== without)
          .map((site) => ({ id: site.id, name: site.name, about: aboutSite(site) }))
      }
      onTake={(found) => onSite(found.id, found.name)}
      error={error}
    />
  );
}
