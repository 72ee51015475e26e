import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { ApiError, wordsOf } from "../../api/problem";
import { changeSite, createSite, mergeSite, readSite, SITE_TYPES, type Site } from "../../api/sites";
import { Button } from "../../ui/Button";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Field } from "../../ui/Field";
import { announce } from "../../ui/LiveRegion";
import { Select } from "../../ui/Select";
import { Sheet } from "../../ui/Sheet";
import { changedOnly, draftOfSite, fieldsOfSite, NEW_SITE, type SiteDraft } from "../logic/people";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { ZoneField } from "../sessions/ZoneField";
import { noticeSignedOut } from "../state/account";
import { useAction } from "../state/use-action";
import { SitePicker } from "./SitePicker";

const KNOWN = [
  { value: "", label: "Not known" },
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
];
const SHOWN = ["name", "organisation", "type", "zone", "county", "state"];

export interface SiteSheetProps {
  /** The site to change; none makes a new one. */
  site?: Site;
  onClose(): void;
  onSaved(): void;
}

/** Makes, changes or confirms a site, or finds that it is another one written differently. */
export function SiteSheet({ site, onClose, onSaved }: SiteSheetProps) {
  const [base, setBase] = useState(site);
  const [draft, setDraft] = useState<SiteDraft>(site ? draftOfSite(site) : NEW_SITE);
  const [error, setError] = useState<ApiError | null>(null);
  const [nameMissing, setNameMissing] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const put = (part: Partial<SiteDraft>) => setDraft({ ...draft, ...part });
  const text = (name: "name" | "organisation" | "county" | "state") => ({
    value: draft[name],
    onValue: (value: string) => put({ [name]: value }),
    error: name === "name" && nameMissing ? "Write the name of the site." : error?.forField(name),
    autoComplete: "off",
  });

  async function save() {
    setNameMissing(!draft.name.trim());
    if (!draft.name.trim()) return;
    setBusy(true);
    setProblem("");
    setError(null);
    try {
      await send();
      attempt.done();
      announce(`${draft.name.trim()} is saved.`);
      onSaved();
      onClose();
    } catch (reason) {
      if (noticeSignedOut(reason)) return;
      if (reason instanceof ApiError && reason.status === 412 && base) return await takeNewest(base);
      const refused = reason instanceof ApiError ? reason : null;
      setError(refused);
      const beside = SHOWN.some((name) => refused?.forField(name));
      setProblem([beside ? "" : wordsOf(reason), ...(refused?.notIn(SHOWN) ?? [])].filter(Boolean).join(" "));
    } finally {
      setBusy(false);
    }
  }

  async function send() {
    const fields = fieldsOfSite(draft);
    if (!base) return void (await createSite(fields, attempt.keyFor(fields)));
    const before = { ...fieldsOfSite(draftOfSite(base)), confirmed: base.confirmed };
    const changed = changedOnly(before, fields);
    if (Object.keys(changed).length > 0) await changeSite(base.id, changed, `"${base.revision}"`);
  }

  /** Somebody else changed the site meanwhile: what was typed stays, on top of theirs. */
  async function takeNewest(before: Site) {
    const { value } = await readSite(before.id);
    const typed = changedOnly(draftOfSite(before), draft);
    setBase(value);
    setDraft({ ...draftOfSite(value), ...typed });
    setProblem(
      "Somebody else changed this site meanwhile. Their changes are in the form now, with yours on top; look, then save.",
    );
  }

  return (
    <Sheet title={site ? (site.confirmed ? "Site" : "New site to confirm") : "New site"} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {site && site.people > 0 && (
          <p>
            <a href={addressOf({ name: "people", site: site.id })}>
              {plural(site.people, "person works", "people work")} at {site.name}
            </a>
          </p>
        )}
        <Field label="Name" maxLength={200} data-autofocus {...text("name")} />
        <Field
          label="Organization"
          note="Where it belongs to a larger one."
          maxLength={200}
          {...text("organisation")}
        />
        <Select
          label="Kind"
          options={[{ value: "", label: "Not known" }, ...SITE_TYPES]}
          value={draft.type}
          onValue={(type) => put({ type })}
          error={error?.forField("type")}
        />
        <div class="form-row form-row-two">
          <Field label="County" maxLength={200} {...text("county")} />
          <Field label="State" maxLength={200} {...text("state")} />
        </div>
        <ZoneField
          value={draft.zone}
          on={new Date()}
          onValue={(zone) => put({ zone })}
          error={error?.forField("zone")}
        />
        <div class="form-row form-row-two">
          <Select label="Rural" options={KNOWN} value={draft.rural} onValue={(rural) => put({ rural })} />
          <Select
            label="Shortage area"
            options={KNOWN}
            value={draft.shortage}
            onValue={(shortage) => put({ shortage })}
          />
        </div>
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            {site ? (site.confirmed ? "Save" : "Confirm site") : "Add site"}
          </Button>
          <Button onClick={onClose}>{site ? "Keep as it is" : "Not now"}</Button>
        </div>
      </form>
      {site && (
        <SameAs
          site={site}
          onDone={() => {
            onSaved();
            onClose();
          }}
        />
      )}
    </Sheet>
  );
}

/** The site is another one in other words: its people move there. */
function SameAs({ site, onDone }: { site: Site; onDone(): void }) {
  const [into, setInto] = useState({ id: "", name: "" });
  const action = useAction();

  async function merge() {
    if (await action.run(() => mergeSite(site.id, into.id), `${site.name} is now ${into.name}.`)) onDone();
  }

  return (
    <details class="more" open={!site.confirmed}>
      <summary>The same as another site</summary>
      <div class="more-body">
        <SitePicker
          label="The site that stays"
          id={into.id}
          name={into.name}
          onSite={(id, name) => setInto({ id, name })}
          without={site.id}
        />
        {into.id && (
          <ConfirmButton
            question={`Move ${plural(site.people, "person", "people")} to ${into.name} and remove ${site.name}? This cannot be undone.`}
            confirm="Move and remove"
            keep="Keep both"
            onConfirm={merge}
          >
            They are the same site
          </ConfirmButton>
        )}
        <Problem words={action.problem} />
      </div>
    </details>
  );
}
