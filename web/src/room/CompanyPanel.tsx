import { useEffect, useRef, useState } from "preact/hooks";
import type { CheckIn, PersonHere } from "../api/shared-camera";
import { found, spaced } from "../here/code";
import { SomebodyForm } from "../here/SomebodyForm";
import { useSession } from "../session/SessionContext";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { check, circleCheck, maximize, refreshCw, userPlus } from "../ui/icons";
import { announce } from "../ui/LiveRegion";
import { QrCode } from "../ui/QrCode";
import { clockTime } from "../ui/time";
import { SidePanel } from "./SidePanel";
import "./company.css";

const MANY = 8;

/** "Who is with you?": several people in front of this camera, each with their own time. */
export function CompanyPanel() {
  const { company } = useSession();
  useEffect(() => {
    void company.look();
  }, [company]);
  const camera = company.camera.value;
  const unread = !camera && company.unread.value;
  return (
    <SidePanel title="Who is with you?">
      {company.problem.value && <Banner kind="problem">{company.problem.value}</Banner>}
      {unread && (
        <section class="side-section">
          <Banner kind="problem">{unread}</Banner>
          <Button icon={refreshCw} wide onClick={() => void company.look()}>
            Try again
          </Button>
        </section>
      )}
      {camera && (company.gathering.value ? <Together /> : <Alone site={camera.site} />)}
    </SidePanel>
  );
}

function Alone({ site }: { site: string }) {
  const { company } = useSession();
  return (
    <section class="side-section">
      <p>
        Several people in front of this camera{site && ` at ${site}`}? Say who they are, and each of them gets
        their own time, not one line for all.
      </p>
      <Button kind="primary" wide disabled={company.busy.value} onClick={() => void company.share()}>
        Several people are here
      </Button>
    </section>
  );
}

function Together() {
  const { company } = useSession();
  return (
    <>
      {company.asked.value.length > 0 && <StillHere />}
      <Present />
      <ByPhone />
      <Add />
    </>
  );
}

/** Near the end: who went before it is counted until they went. */
function StillHere() {
  const { company } = useSession();
  const asked = company.asked.value;
  return (
    <section class="company-ask" aria-labelledby="still-here">
      <h3 id="still-here">Is everybody still here?</h3>
      <p>The session ends soon.</p>
      <ul>
        {asked.map((one) => (
          <li key={one.id} class="company-row">
            <span class="company-name">{one.name}</span>
            <Button
              disabled={company.busy.value}
              aria-label={`${one.name} is still here`}
              onClick={() => void company.answer(one.id, true)}
            >
              Yes
            </Button>
            <Button
              disabled={company.busy.value}
              aria-label={`${one.name} has gone`}
              onClick={() => void company.answer(one.id, false)}
            >
              No
            </Button>
          </li>
        ))}
      </ul>
      {asked.length > 1 && (
        <Button
          kind="primary"
          wide
          icon={check}
          disabled={company.busy.value}
          onClick={() => void company.allHere()}
        >
          Everybody is still here
        </Button>
      )}
    </section>
  );
}

function Present() {
  const { company } = useSession();
  const host = company.gathering.value?.host;
  return (
    <section class="side-section" aria-labelledby="company-here">
      <h3 id="company-here">Here now</h3>
      <ul>
        {host && (
          <li class="company-row">
            <span class="company-name">{host.name}</span>
            <span class="muted">This device</span>
          </li>
        )}
        {company.here.value.map((one) => (
          <Row key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one }: { one: CheckIn }) {
  const { company } = useSession();
  const by = one.way === "phone" ? " · by phone" : "";
  return (
    <li class="company-row" data-check-in={one.id}>
      <span class="company-name">
        {one.name}
        <span class="person-note">
          Since {clockTime(new Date(one.at))}
          {by}
        </span>
      </span>
      <Icon of={circleCheck} />
      <Button
        kind="quiet"
        disabled={company.busy.value}
        aria-label={`Check ${one.name} out`}
        onClick={() => void company.checkOut(one.id)}
      >
        Check out
      </Button>
    </li>
  );
}

/** The site's people whom the hub knows, then anybody by name. */
function Add() {
  const { company } = useSession();
  const [typed, setTyped] = useState("");
  const [naming, setNaming] = useState(false);
  const present = new Set(company.here.value.map((one) => one.person_id));
  const known = company.camera.value?.known.filter((one) => !present.has(one.person_id)) ?? [];
  const shown = found(known, typed);
  const list = useRef<HTMLUListElement>(null);

  /** Whoever is here now leaves the list; the focus goes on to who stood below, not to the top of the page. */
  async function take(person: PersonHere, place: number) {
    await company.checkIn({ person_id: person.person_id });
    if (company.problem.peek()) return;
    announce(`${person.name} is checked in.`);
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll("button");
      buttons?.[Math.min(place, buttons.length - 1)]?.focus({ preventScroll: true });
    });
  }
  return (
    <section class="side-section" aria-labelledby="company-add">
      <h3 id="company-add">Who else is here?</h3>
      {known.length > MANY && (
        <Field label="Find a name" type="search" autoComplete="off" value={typed} onValue={setTyped} />
      )}
      {known.length > 0 && (
        <ul ref={list}>
          {shown.map((person, place) => (
            <Known key={person.person_id} person={person} onHere={() => void take(person, place)} />
          ))}
        </ul>
      )}
      {naming ? (
        <SomebodyForm
          busy={company.busy.value}
          error={company.refusal.value}
          submit="Add"
          onSomebody={async (somebody) => {
            await company.checkIn(somebody);
            if (!company.refusal.peek() && !company.problem.peek()) setNaming(false);
          }}
        />
      ) : (
        <Button icon={userPlus} wide onClick={() => setNaming(true)}>
          Somebody else
        </Button>
      )}
    </section>
  );
}

function Known({ person, onHere }: { person: PersonHere; onHere(): void }) {
  const { company } = useSession();
  return (
    <li class="company-row">
      <span class="company-name">
        {person.name}
        {person.profession && <span class="person-note">{person.profession}</span>}
      </span>
      <Button disabled={company.busy.value} aria-label={`${person.name} is here`} onClick={onHere}>
        Is here
      </Button>
    </li>
  );
}

/** The code stands above the list, which may be long; across a room it is read from the large picture. */
function ByPhone() {
  const camera = useSession().company.camera.value;
  const [large, setLarge] = useState(false);
  if (!camera?.gathering) return null;
  const { code } = camera.gathering;
  const [address = ""] = camera.link.split("#");
  const label = `Leads to the page on which you check in with the code ${spaced(code)}`;
  const words = (
    <>
      Scan the picture, or open <span class="company-address">{address.replace(/^https?:\/\//, "")}</span> and
      enter
    </>
  );
  return (
    <section class="side-section" aria-labelledby="company-phone">
      <h3 id="company-phone">With your own phone</h3>
      <div class="company-phone">
        <QrCode rows={camera.qr} label={label} />
        <div>
          <p>{words}</p>
          <p class="company-code" data-code={code}>
            {spaced(code)}
          </p>
        </div>
      </div>
      <Button icon={maximize} wide onClick={() => setLarge(true)}>
        Show it large
      </Button>
      {large && (
        <Dialog title="Check in with your own phone" onClose={() => setLarge(false)}>
          <div class="company-large">
            <QrCode rows={camera.qr} label={label} />
            <p>{words}</p>
            <p class="company-code">{spaced(code)}</p>
          </div>
        </Dialog>
      )}
    </section>
  );
}
