import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api/problem";
import type { Somebody } from "../api/shared-camera";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import "./pick.css";

/** Somebody who is not in the list: a name, and what helps to find out who it is. */
export function SomebodyForm(props: {
  busy: boolean;
  error: ApiError | null;
  /** What the button says. */
  submit: string;
  /** They write about themselves. */
  own?: boolean;
  onSomebody(somebody: Somebody): Promise<void>;
}) {
  const { busy, error, submit, own = false, onSomebody } = props;
  const [name, setName] = useState("");
  const [profession, setProfession] = useState("");
  const [email, setEmail] = useState("");
  const [missing, setMissing] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error || missing) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error, missing]);

  async function run() {
    const none = !name.trim();
    setMissing(none ? (own ? "Write your name." : "Write the name.") : "");
    if (none) return;
    await onSomebody({ person: { name: name.trim(), profession: profession.trim(), email: email.trim() } });
  }

  return (
    <form
      class="here-form"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void run();
      }}
    >
      <Field
        label={own ? "Your name" : "Name"}
        name="name"
        autoComplete={own ? "name" : "off"}
        maxLength={80}
        required
        value={name}
        onValue={setName}
        error={missing || error?.forField("name")}
      />
      <Field
        label="Profession (if you like)"
        name="profession"
        autoComplete="off"
        maxLength={80}
        value={profession}
        onValue={setProfession}
        error={error?.forField("profession")}
      />
      <Field
        label="E-mail (if you like)"
        note={own ? "It helps the hub to find you, and to write to you about credit." : undefined}
        name="email"
        type="email"
        autoComplete={own ? "email" : "off"}
        maxLength={254}
        value={email}
        onValue={setEmail}
        error={error?.forField("email")}
      />
      <Button type="submit" kind="primary" wide disabled={busy}>
        {busy ? "One moment…" : submit}
      </Button>
    </form>
  );
}
