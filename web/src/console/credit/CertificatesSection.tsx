import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { certificatesFile, type Issued, issueCertificates } from "../../api/certificates";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { download } from "../../ui/icons";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Empty, Section } from "../parts/Section";
import { useAction } from "../state/use-action";
import { CertificateList, useCertificates } from "./CertificateList";

export interface CertificatesSectionProps {
  /** What they are of: attendance of a session, or completion of a series. */
  of: { readonly session: string } | { readonly series: string };
}

/** Certificates of a session or a series: issued to everybody who is entitled. */
export function CertificatesSection({ of }: CertificatesSectionProps) {
  const session = "session" in of ? of.session : "";
  const list = useCertificates("session" in of ? { session_id: of.session } : { series_id: of.series });
  const [issued, setIssued] = useState<Issued | null>(null);
  const action = useAction();
  const attempt = useRef(new Attempt()).current;

  async function issue() {
    const work = async () => setIssued(await issueCertificates(of, attempt.keyFor(of)));
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
      title={session ? "Certificates of attendance" : "Certificates of completion"}
      aside={list.items.length > 0 && `${list.items.length}${list.longer ? "+" : ""}`}
      actions={
        list.items.length > 0 && (
          <div class="card-actions">
            {session && (
              <a class="button" href={certificatesFile(session)} download>
                <Icon of={download} />
                All as PDF
              </a>
            )}
            {button("plain")}
          </div>
        )
      }
    >
      <Problem words={list.problem || action.problem} retry={() => void list.reload()} />
      {issued && <Outcome issued={issued} />}
      {list.loaded && list.items.length === 0 && (
        <Empty title="None is issued yet" action={button("primary")}>
          {session
            ? "Everybody who was there gets one that says their hours. Learners also get theirs by themselves, on their own page."
            : "Everybody who has completed the series gets one."}
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
