import { useState } from "preact/hooks";
import {
  type Certificate,
  type CertificateFilter,
  certificateFile,
  listCertificates,
  revokeCertificate,
} from "../../api/certificates";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { download } from "../../ui/icons";
import { stampWords } from "../logic/registrations";
import { browserZone, lengthWords } from "../logic/time";
import { ReasonForm } from "../parts/ReasonForm";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { useList } from "../state/use-list";

/** The service notes every look, so they are read when somebody asks and never by themselves. */
export function useCertificates(filter: CertificateFilter) {
  return useList(
    `certificates ${JSON.stringify(filter)}`,
    (cursor) => listCertificates(filter, cursor),
    null,
  );
}

export interface CertificateListProps {
  list: ReturnType<typeof useCertificates>;
  /** What the rows are named by. */
  names: "person" | "session";
}

/** Certificates, each to be read and to be revoked. */
export function CertificateList({ list, names }: CertificateListProps) {
  return (
    <>
      {list.items.length > 0 && (
        <ul class="rows panel">
          {list.items.map((one) => (
            <CertificateRow
              key={one.id}
              certificate={one}
              names={names}
              onChanged={() => void list.reload()}
            />
          ))}
        </ul>
      )}
      {list.longer && (
        <Button disabled={list.busy} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
    </>
  );
}

interface CertificateRowProps {
  certificate: Certificate;
  names: CertificateListProps["names"];
  onChanged(): void;
}

function CertificateRow({ certificate, names, onChanged }: CertificateRowProps) {
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const title = names === "person" ? certificate.name : certificate.title;

  async function revoke(reason: string) {
    const work = () => revokeCertificate(certificate.id, reason);
    if (!(await action.run(work, `The certificate of ${certificate.name} is revoked.`))) return;
    setAsking(false);
    onChanged();
  }

  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">{title}</span>
        <span class="row-note">
          {lengthWords(certificate.seconds)}, code {certificate.code}
        </span>
        <span class="row-note small">
          {certificate.revoked_at
            ? `Revoked ${stampWords(certificate.revoked_at, browserZone(), now.value)}${certificate.revoked_by && ` by ${certificate.revoked_by}`}: ${certificate.revoke_reason}`
            : `Issued ${stampWords(certificate.issued_at, browserZone(), now.value)}`}
        </span>
      </div>
      {certificate.revoked_at && (
        <span class="status">{certificate.replaced_by ? "Replaced" : "Revoked"}</span>
      )}
      <div class="row-actions">
        {!certificate.revoked_at && (
          <>
            <a
              class="button button-icon"
              href={certificateFile(certificate.id)}
              download
              title="Download"
              aria-label={`Download the certificate of ${certificate.name}`}
            >
              <Icon of={download} />
            </a>
            {!asking && (
              <Button
                kind="quiet"
                aria-label={`Revoke the certificate of ${certificate.name}`}
                onClick={() => setAsking(true)}
              >
                Revoke…
              </Button>
            )}
          </>
        )}
      </div>
      {asking && (
        <ReasonForm
          label="Why is it revoked?"
          confirm="Revoke"
          busy={action.busy}
          problem={action.problem}
          onReason={(reason) => void revoke(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
