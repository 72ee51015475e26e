import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { Field, FieldError } from "../../ui/Field";
import { Sheet } from "../../ui/Sheet";
import { Switch } from "../../ui/Switch";
import { TextArea } from "../../ui/TextArea";
import { Problem } from "../parts/Problem";
import { type PlanForm, type PlanFormProps, usePlanForm } from "./use-plan-form";

/** How credit is claimed, what the certificate says, and what completes a series. */
export function PlanSheet(props: PlanFormProps) {
  const form = usePlanForm(props);
  const { draft, errors, problem, busy, set, save, close } = form;
  return (
    <Sheet title="Claims and certificates" onClose={close}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextArea
          label="What learners attest to by claiming"
          value={draft.attestation}
          onValue={(attestation) => set({ attestation })}
          error={errors.attestation}
          rows={4}
        />
        <Field
          label="Days to claim after a session"
          inputMode="numeric"
          value={draft.claimDays}
          onValue={(claimDays) => set({ claimDays })}
          error={errors.claim_days}
          maxLength={3}
          autoComplete="off"
        />
        <CertificateFields form={form} />
        <CompletionFields form={form} />
        <Problem words={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" disabled={busy}>
            Save
          </Button>
          <Button onClick={close}>Keep as it was</Button>
        </div>
      </form>
    </Sheet>
  );
}

function CertificateFields({ form: { draft, errors, set } }: { form: PlanForm }) {
  const { certificate } = draft;
  const put = (part: Partial<typeof certificate>) => set({ certificate: { ...certificate, ...part } });
  const text = (name: "heading" | "issuer" | "signer" | "signer_title") => ({
    value: certificate[name],
    onValue: (value: string) => put({ [name]: value }),
    error: errors[`certificate.${name}`],
    maxLength: 200,
    autoComplete: "off",
  });
  return (
    <>
      <h3>Certificate of attendance</h3>
      <Switch on={certificate.on} onChange={(on) => put({ on })}>
        Everybody gets one
        <span class="field-note form-switch-note">
          It says hours, and is no credit: that alone the accredited provider issues.
        </span>
      </Switch>
      {certificate.on && (
        <>
          <Field label="At its top" {...text("heading")} />
          <Field label="Issued by" note="Empty: the program’s name." {...text("issuer")} />
          <Field label="Signed by (optional)" {...text("signer")} />
          {certificate.signer.trim() && <Field label="Who is" {...text("signer_title")} />}
        </>
      )}
    </>
  );
}

function CompletionFields({ form: { draft, errors, set } }: { form: PlanForm }) {
  return (
    <>
      <h3>Completing a series</h3>
      <Switch on={draft.completes} onChange={(completes) => set({ completes })}>
        A series can be completed
      </Switch>
      {draft.completes && (
        <>
          <Field
            label="Share of its sessions, in per cent"
            note="Empty: any number of sessions."
            inputMode="numeric"
            value={draft.share}
            onValue={(share) => set({ share })}
            error={errors["completion.share"]}
            maxLength={3}
            autoComplete="off"
          />
          <Field
            label="A session is attended from, in per cent of its time"
            inputMode="numeric"
            value={draft.ofSession}
            onValue={(ofSession) => set({ ofSession })}
            error={errors["completion.of_session"]}
            maxLength={3}
            autoComplete="off"
          />
          <div>
            <Check on={draft.case} onChange={(on) => set({ case: on })}>
              A case must be presented
            </Check>
            <Check on={draft.survey} onChange={(on) => set({ survey: on })}>
              The survey must be sent
            </Check>
            <FieldError id="completion-error" error={errors.completion} />
          </div>
        </>
      )}
    </>
  );
}
