import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { Attempt } from "../api/attempt";
import { ApiError, wordsOf } from "../api/problem";
import { type PublicKind, type PublicPage, type Registered, register } from "../api/public";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Check } from "../ui/Checks";
import { Field } from "../ui/Field";
import { bodyOf, check, type Draft, type Errors, type Refusal, refusalOf } from "./draft";
import { QuestionField } from "./QuestionField";
import { SiteField } from "./SiteField";

const NO_REFUSAL: Refusal = { errors: {}, rest: [], stale: false };

export interface RegisterFormProps {
  kind: PublicKind;
  page: PublicPage;
  zone: string;
  draft: Draft;
  onDraft(draft: Draft): void;
  onDone(result: Registered): void;
  /** The program asks other things meanwhile: reads the page again. */
  onStale(): Promise<unknown>;
}

/** The form. Whatever goes wrong, what was typed stays. */
export function RegisterForm({ kind, page, zone, draft, onDraft, onDone, onStale }: RegisterFormProps) {
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const form = useRef<HTMLFormElement>(null);
  const change = (part: Partial<Draft>) => onDraft({ ...draft, ...part });
  const text = (name: "name" | "email" | "phone" | "profession" | "credentials") => ({
    name,
    value: draft[name],
    onValue: (value: string) => change({ [name]: value }),
    error: errors[name],
  });

  function show(found: Errors, words: string) {
    setErrors(found);
    setProblem(words);
    toFirstError(form);
  }

  async function submit() {
    const wrong = check(page, draft);
    if (Object.keys(wrong).length > 0) return show(wrong, lookWords(wrong));
    setBusy(true);
    setErrors({});
    setProblem("");
    try {
      const body = bodyOf(kind, page, draft, zone);
      const result = await register(body, attempt.keyFor(body));
      attempt.done();
      onDone(result);
    } catch (error) {
      const refusal = error instanceof ApiError ? refusalOf(error, page) : NO_REFUSAL;
      if (refusal.stale) await onStale();
      show(refusal.errors, failureWords(error, refusal));
    } finally {
      setBusy(false);
    }
  }

  const consents = new Set(draft.consents);
  return (
    <form
      class="public-form"
      ref={form}
      noValidate
      aria-labelledby="register"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <h2 id="register">{page.full ? "Join the waiting list" : "Register"}</h2>
      <Field label="Your name" autoComplete="name" maxLength={80} required {...text("name")} />
      <Field
        label="E-mail"
        note="Your personal link is sent there."
        type="email"
        autoComplete="email"
        maxLength={254}
        required
        {...text("email")}
      />
      <Field
        label={<Optional>Phone</Optional>}
        type="tel"
        autoComplete="tel"
        maxLength={40}
        {...text("phone")}
      />
      <div class="pair">
        <Field
          label="Profession"
          autoComplete="organization-title"
          maxLength={80}
          required
          {...text("profession")}
        />
        <Field
          label={<Optional>Credentials</Optional>}
          placeholder="MD, RN, LCSW"
          autoComplete="honorific-suffix"
          maxLength={80}
          {...text("credentials")}
        />
      </div>
      <SiteField site={draft.site} onSite={(site) => change({ site })} errors={errors} />
      {page.questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          typed={draft.answers[question.id]}
          onTyped={(typed) => change({ answers: { ...draft.answers, [question.id]: typed } })}
          errors={errors}
        />
      ))}
      {page.consents.map((consent) => (
        <div class="consent" key={consent.id}>
          <h3>{consent.title}</h3>
          <p class="consent-text">{consent.text}</p>
          <Check
            name={`consents.${consent.id}`}
            on={consents.has(consent.id)}
            onChange={(on) => {
              const others = draft.consents.filter((id) => id !== consent.id);
              change({ consents: on ? [...others, consent.id] : others });
            }}
            error={errors[`consents.${consent.id}`]}
          >
            I agree
            {!consent.required && <span class="optional"> (optional)</span>}
          </Check>
        </div>
      ))}
      {problem && (
        <Banner kind="problem" title="You are not registered yet">
          {problem}
        </Banner>
      )}
      <Button type="submit" kind="primary" wide class="public-submit" disabled={busy}>
        {busy ? "Sending…" : page.full ? "Join the waiting list" : "Register"}
      </Button>
    </form>
  );
}

function Optional({ children }: { children: string }) {
  return (
    <>
      {children}
      <span class="optional"> (optional)</span>
    </>
  );
}

function toFirstError(form: RefObject<HTMLFormElement | null>) {
  requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}

function lookWords(errors: Errors): string {
  const count = Object.keys(errors).length;
  return count === 1 ? "One field needs a look." : `${count} fields need a look. Each says what to do.`;
}

function failureWords(error: unknown, { errors, rest, stale }: Refusal): string {
  if (error instanceof ApiError && error.status === 0) {
    return "The service did not answer. What you wrote is still here: check your connection and press the button again. Twice does no harm.";
  }
  if (stale) {
    return "The program asks something else since you opened this page. What you wrote is still here: look through it once more, then press the button again.";
  }
  if (Object.keys(errors).length > 0) return [lookWords(errors), ...rest].join(" ");
  return [wordsOf(error), ...rest, "What you wrote is still here."].join(" ");
}
