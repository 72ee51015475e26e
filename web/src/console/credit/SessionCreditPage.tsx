import { readSessionCredit } from "../../api/credit";
import { readSession } from "../../api/sessions";
import type { Session } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { arrowLeft } from "../../ui/icons";
import { addressOf } from "../logic/route";
import { spanWords } from "../logic/today";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { Empty } from "../parts/Section";
import { Status } from "../parts/Status";
import { sessionTabs, Tabs } from "../parts/Tabs";
import { now } from "../state/clock";
import { useResource } from "../state/resource";
import { CertificatesSection } from "./CertificatesSection";
import { ClaimsSection } from "./ClaimsSection";
import { EvaluationSection } from "./EvaluationSection";
import { OffersSection } from "./OffersSection";
import { PresentersSection } from "./PresentersSection";
import "./credit.css";

/** What a session is worth: what it offers, who presented, and after it claims, certificates and answers. */
export function SessionCreditPage({ id }: { id: string }) {
  const session = useResource(id, () => readSession(id), null);
  const found = session.value?.value;
  return (
    <>
      <a class="back" href={addressOf({ name: "sessions" })}>
        <Icon of={arrowLeft} />
        Sessions
      </a>
      <Problem words={session.problem} retry={() => void session.reload()} />
      {found && (
        <>
          <PageHead
            title={found.title}
            mark={<Status session={found} />}
            lines={<p>{spanWords(found, now.value)}</p>}
          />
          <Tabs label="Session" tabs={sessionTabs(id)} />
          <Found session={found} />
        </>
      )}
    </>
  );
}

function Found({ session }: { session: Session }) {
  const credit = useResource(`${session.id} credit`, () => readSessionCredit(session.id), null);
  const over = session.status === "closed";
  return (
    <>
      <Problem words={credit.problem} retry={() => void credit.reload()} />
      <div class="columns-room">
        <div class="columns">
          <div class="column-main">
            {over ? (
              <>
                <CertificatesSection of={{ session: session.id }} />
                {session.program_id && <ClaimsSection filter={{ session_id: session.id }} names="person" />}
                {session.program_id && <EvaluationSection session={session} />}
              </>
            ) : (
              <Empty title="After the session">
                Learners claim their credit, and certificates are issued, once it is over. What it offers can
                be set now.
              </Empty>
            )}
          </div>
          <div class="column-side">
            {credit.value && (
              <>
                <OffersSection session={session} credit={credit.value} onSaved={credit.put} />
                <PresentersSection session={session} credit={credit.value} onSaved={credit.put} />
              </>
            )}
          </div>
        </div>
      </div>
    </>
  );
}
