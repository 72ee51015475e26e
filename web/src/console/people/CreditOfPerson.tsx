import { useState } from "preact/hooks";
import { Button } from "../../ui/Button";
import { CertificateList, useCertificates } from "../credit/CertificateList";
import { ClaimsSection } from "../credit/ClaimsSection";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import "../credit/credit.css";

/** What somebody claimed and was certified. The service notes each look, so it is shown when somebody asks. */
export function CreditOfPerson({ id }: { id: string }) {
  const [asked, setAsked] = useState(false);
  if (asked) return <Asked id={id} />;
  return (
    <Section title="Credit and certificates">
      <div class="card">
        <div class="card-actions">
          <Button onClick={() => setAsked(true)}>Show claims and certificates</Button>
        </div>
      </div>
    </Section>
  );
}

function Asked({ id }: { id: string }) {
  const certificates = useCertificates({ person_id: id });
  return (
    <>
      <ClaimsSection filter={{ person_id: id }} names="session" />
      <Section title="Certificates">
        <Problem words={certificates.problem} retry={() => void certificates.reload()} />
        {certificates.loaded && certificates.items.length === 0 && <p class="muted">None is issued.</p>}
        <CertificateList list={certificates} names="session" />
      </Section>
    </>
  );
}
