import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import {
  type Certificate,
  certificateFile,
  certificatesFile,
  type Issued,
  issueCertificates,
  listCertificates,
  revokeCertificate,
} from "../../api/certificates";
import type { Session } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { download } from "../../ui/icons";
import { stampWords } from "../logic/registrations";
import { browserZone, lengthWords, plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { ReasonForm } from "../parts/ReasonForm";
import { Empty, Section } from "../parts/Section";
import { now } from "../state/clock";
import { useAction } from "../state/use-action";
import { useList } from "../state/use-list";

/** Certificates of a session: issued to everybody who is entitled, each to be read and to be revoked. */
export function CertificatesSection({ session }: { session: Session }) {
  const list = useCertificates({ session_id: session.id });
  const [issued, setIssued] = useState<Issued | null>(null);
  const action = useAction();
  const attempt = useRef(new Attempt()).current;

  async function issue() {
    const work = async () => setIssued(await issueCertificates(session.id, attempt.keyFor(session.id)));
    if (!(await action.run(work, "The certificates are issued."))) return;
    attempt.done();
    void list.reload();
  }

  const button = (kind: "plain" | "primary") => (
    <Button kind={kind} disabled={action.busy} onClick={() => void issue()}>
      Issue certificates
    </Button>
  );
  return (
    <Section
      title="Certificates of attendance"
      aside={list.items.length > 0 && `${list.items.length}${list.longer ? "+" : ""}`}
      actions={
        list.items.length > 0 && (
          <div class="card-actions">
            <a class="button" href={certificatesFile(session.id)} download>
              <Icon of={download} />
              All as PDF
            </a>
            {button("plain")}
          </div>
        )
      }
    >
      <Problem words={list.problem || action.problem} retry={() => void list.reload()} />
      {issued && <Outcome issued={issued} />}
      {list.loaded && list.items.length === 0 && (
        <Empty title="None is issued yet" action={button("primary")}>
          Everybody who was there gets one that says their hours. Learners also get theirs by themselves, on
          their own page.
        </Empty>
      )}
      <CertificateList list={list} names="person" />
    </Section>
  );
}

/** What came of issuing, with who got none and why. */
function Outcome({ issued }: { issued: Issued }) {
  const { left_out: leftOut } = issued;
  const before = issued.before > 0 ? `, ${issued.before} had theirs` : "";
  return (
    <Banner kind="good" title={`${plural(issued.issued, "certificate")} issued${before}`}>
      {leftOut.length > 0 && (
        <ul>
          {leftOut.map((one) => (
            <li key={one.person_id}>
              {one.name}: {one.why}
            </li>
          ))}
        </ul>
      )}
    </Banner>
  );
}

export function useCertificates(filter: { readonly session_id?: string; readonly person_id?: string }) {
  return useList(
    `certificates ${JSON.stringify(filter)}`,
    (cursor) => listCertificates(filter, cursor),
    null, // every look is noted: not by itself
  );
}

export interface CertificateListProps {
  list: ReturnType<typeof useCertificates>;
  /** What the rows are named by. */
  names: "person" | "session";
}

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
