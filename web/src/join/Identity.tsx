import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import type { You } from "../wire";
import { type Answers, type Asked, asked } from "./door";

interface Question {
  label: string;
  type?: "email";
  autoComplete: string;
  maxLength: number;
}

const questions: Record<Asked, Question> = {
  name: { label: "Your name", autoComplete: "name", maxLength: 80 },
  email: { label: "E-mail", type: "email", autoComplete: "email", maxLength: 254 },
  profession: { label: "Profession", autoComplete: "organization-title", maxLength: 80 },
  site: { label: "Clinic, school or other workplace", autoComplete: "organization", maxLength: 120 },
};

export interface IdentityProps {
  you: You;
  identity: "me" | "other";
  onIdentity(identity: "me" | "other"): void;
  answers: Answers;
  onAnswers(answers: Answers): void;
  problems: Partial<Answers>;
}

/** Who the visitor is: a personal link asks whether it is really them, since invitations get forwarded. */
export function Identity({ you, identity, onIdentity, answers, onAnswers, problems }: IdentityProps) {
  const fields = asked(you, identity);
  return (
    <>
      {you.known && (
        <div class="identity">
          {identity === "me" ? (
            <>
              <p>
                You are <strong>{you.name}</strong>
                {you.site && <span class="muted"> · {you.site}</span>}
              </p>
              <Button kind="quiet" class="identity-switch" onClick={() => onIdentity("other")}>
                I am someone else
              </Button>
            </>
          ) : (
            <>
              <p>Please say who you are.</p>
              <Button kind="quiet" class="identity-switch" onClick={() => onIdentity("me")}>
                I am {you.name}
              </Button>
            </>
          )}
        </div>
      )}
      {fields.length > 0 && (
        <div class="identity-fields">
          {fields.map((field) => {
            const { label, type = "text", autoComplete, maxLength } = questions[field];
            return (
              <Field
                key={field}
                name={field}
                label={label}
                type={type}
                autoComplete={autoComplete}
                maxLength={maxLength}
                required
                value={answers[field]}
                onValue={(value) => onAnswers({ ...answers, [field]: value })}
                error={problems[field]}
              />
            );
          })}
        </div>
      )}
    </>
  );
}
