import type { Whom } from "../../api/attendance";
import { listPeople } from "../../api/people";
import { Field } from "../../ui/Field";
import { FindField } from "../../ui/FindField";
import { looksLikeEmail } from "../logic/paste";
import { aboutPerson } from "../logic/people";

/** Somebody who is known (`id`), or is made known by what is typed. */
export interface Somebody {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export const NOBODY: Somebody = { id: "", name: "", email: "" };

export interface PersonFieldProps {
  somebody: Somebody;
  onChange(somebody: Somebody): void;
  error?: string | undefined;
  /** Somebody new may be typed, with an address. */
  asNew?: boolean;
}

/** Finds one of the people that are known; whoever is not can be written down. */
export function PersonField({ somebody, onChange, error, asNew = true }: PersonFieldProps) {
  const typed = somebody.name.trim();
  return (
    <>
      <FindField
        label="Who"
        note={asNew ? "Somebody who is not found is added as new." : undefined}
        text={somebody.name}
        onText={(name) => onChange({ id: "", name, email: "" })}
        taken={somebody.id !== ""}
        find={async (search, signal) =>
          (await listPeople({ search, limit: 8 }, signal)).items.map((one) => ({
            id: one.id,
            name: one.name,
            about: aboutPerson(one) || one.email,
          }))
        }
        onTake={(found) => onChange({ id: found.id, name: found.name, email: "" })}
        {...(asNew && typed ? { asTyped: `“${typed}” is new` } : {})}
        error={error}
        maxLength={80}
      />
      {asNew && typed && somebody.id === "" && (
        <Field
          label="E-mail (optional)"
          note="Credit waits until it is known who this is; an address helps."
          type="email"
          value={somebody.email}
          onValue={(email) => onChange({ ...somebody, email })}
          autoComplete="off"
          maxLength={254}
        />
      )}
    </>
  );
}

/** Whom it is about, or what is wrong with what was typed. */
export function whomOf(somebody: Somebody): Whom | string {
  if (somebody.id) return { person_id: somebody.id };
  const name = somebody.name.trim();
  const email = somebody.email.trim();
  if (!name) return "Say who it is.";
  if (email && !looksLikeEmail(email)) return "This is not an e-mail address. Write it as name@example.org.";
  return { person: email ? { name, email } : { name } };
}
