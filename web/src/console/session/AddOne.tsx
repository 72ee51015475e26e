import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { ApiError, wordsOf } from "../../api/problem";
import type { Invitation, Registration, Role } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Field } from "../../ui/Field";
import { announce } from "../../ui/LiveRegion";
import { Select } from "../../ui/Select";
import { looksLikeEmail } from "../logic/paste";
import { ROLES } from "../logic/roles";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";

const NOBODY: Invitation = { name: "", email: "", site: "", role: "participant" };
const SHOWN = ["name", "email", "site", "role"];

/** Puts people on a list; `key` makes sure that it is done once. */
export type Invite = (people: readonly Invitation[], key: string) => Promise<readonly Added[]>;

/** Who is on the list now; without a link where no place is left. */
type Added = Pick<Registration, "person"> & { readonly link: string | null };

/** Invites one person and offers the link at once; the site and role stay for the next one. */
export function AddOne({ invite, onAdded }: { invite: Invite; onAdded(): void }) {
  const [draft, setDraft] = useState(NOBODY);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [added, setAdded] = useState<Added | null>(null);
  const attempt = useRef(new Attempt()).current;
  const form = useRef<HTMLFormElement>(null);
  const change = (part: Partial<Invitation>) => setDraft({ ...draft, ...part });
  const focus = (selector: string) =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(selector)?.focus());

  async function add() {
    const person = { ...draft, name: draft.name.trim(), email: draft.email.trim(), site: draft.site.trim() };
    const wrong = check(person);
    setErrors(wrong);
    setProblem("");
    if (Object.keys(wrong).length > 0) return focus("[aria-invalid=true]");
    setBusy(true);
    try {
      const [registration] = await invite([person], attempt.keyFor(person));
      attempt.done();
      setAdded(registration ?? null);
      setDraft({ ...NOBODY, site: person.site, role: person.role });
      announce(`${person.name} is invited.`);
      onAdded();
      focus("input");
    } catch (error) {
      if (!noticeSignedOut(error)) show(error);
    } finally {
      setBusy(false);
    }
  }

  function show(error: unknown) {
    const refused = error instanceof ApiError ? error : null;
    const found = Object.fromEntries(SHOWN.map((name) => [name, refused?.forField(name)]));
    const some = Object.values(found).some(Boolean);
    setErrors(found);
    setProblem([some ? "" : wordsOf(error), ...(refused?.notIn(SHOWN) ?? [])].filter(Boolean).join(" "));
    if (some) focus("[aria-invalid=true]");
  }

  return (
    <form
      class="form"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field
        label="Name"
        value={draft.name}
        onValue={(name) => change({ name })}
        error={errors.name}
        autoComplete="off"
        maxLength={80}
        data-autofocus
      />
      <Field
        label="E-mail"
        type="email"
        value={draft.email}
        onValue={(email) => change({ email })}
        error={errors.email}
        autoComplete="off"
        maxLength={254}
      />
      <Field
        label="Site"
        note="Clinic, school or hub; may stay empty."
        value={draft.site}
        onValue={(site) => change({ site })}
        error={errors.site}
        autoComplete="off"
        maxLength={200}
      />
      <Select
        label="Role"
        options={ROLES.map(({ role, words, says }) => ({ value: role, label: `${words}: ${says}` }))}
        value={draft.role}
        onValue={(role) => change({ role: role as Role })}
        error={errors.role}
      />
      <Problem words={problem} />
      <div class="form-actions">
        <Button type="submit" kind="primary" disabled={busy}>
          Add
        </Button>
      </div>
      {added && (
        <Banner kind="good" title={`${added.person.name} is on the list`}>
          {added.link ? (
            <>
              <p>Send the link to this person only: it lets its owner in without waiting.</p>
              <div class="card-actions form-added">
                <CopyButton text={added.link} label={`Copy link of ${added.person.name}`}>
                  Copy link
                </CopyButton>
              </div>
            </>
          ) : (
            <p>All places are taken: they are on the waiting list, and get a link when one becomes free.</p>
          )}
        </Banner>
      )}
    </form>
  );
}

function check(person: Invitation): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!person.name) errors.name = "Write the name as others should see it.";
  if (!person.email) errors.email = "Write the e-mail address; attendance is kept by it.";
  else if (!looksLikeEmail(person.email))
    errors.email = "This is not an e-mail address. Write it as name@example.org.";
  return errors;
}
