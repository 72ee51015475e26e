import { useState } from "preact/hooks";
import { changeSessionCredit, type Presenter } from "../../api/credit";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { trash2, userPlus } from "../../ui/icons";
import { NOBODY, PersonField, type Somebody } from "../attendance/PersonField";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { Section } from "../parts/Section";
import { useAction } from "../state/use-action";
import type { SessionCreditProps } from "./OffersSection";

/** Who presented, and for how long: that time earns no learner credit. */
export function PresentersSection({ session, credit, onSaved }: SessionCreditProps) {
  const [adding, setAdding] = useState(false);
  const [somebody, setSomebody] = useState<Somebody>(NOBODY);
  const [minutes, setMinutes] = useState("");
  const action = useAction();
  const { presenters } = credit;
  const wrong = minutes.trim() !== "" && !/^[1-9]\d{0,3}$/.test(minutes.trim());

  async function put(next: readonly Pick<Presenter, "person_id" | "minutes">[], said: string) {
    const kept = next.map(({ person_id, minutes: own }) => ({ person_id, minutes: own }));
    const work = async () => onSaved(await changeSessionCredit(session.id, { presenters: kept }));
    if (!(await action.run(work, said))) return;
    setAdding(false);
    setSomebody(NOBODY);
    setMinutes("");
  }

  function add() {
    const others = presenters.filter((one) => one.person_id !== somebody.id);
    const own = minutes.trim() ? Number(minutes) : null;
    void put([...others, { person_id: somebody.id, minutes: own }], `${somebody.name} presented.`);
  }

  return (
    <Section title="Presented by">
      <div class="card">
        {presenters.length === 0 && !adding && (
          <p>Nobody is named. Who presents earns no learner credit for that time.</p>
        )}
        {presenters.length > 0 && (
          <ul class="rows">
            {presenters.map((one) => (
              <li key={one.person_id} class="row">
                <div class="row-main">
                  <a class="row-title" href={addressOf({ name: "person", id: one.person_id })}>
                    {one.name}
                  </a>
                  <span class="row-note">
                    {one.minutes === null ? "All of the session" : plural(one.minutes, "minute")}
                  </span>
                </div>
                <Button
                  kind="quiet"
                  icon={trash2}
                  disabled={action.busy}
                  aria-label={`${one.name} did not present`}
                  onClick={() =>
                    void put(
                      presenters.filter((other) => other.person_id !== one.person_id),
                      `${one.name} is removed from the presenters.`,
                    )
                  }
                />
              </li>
            ))}
          </ul>
        )}
        {adding ? (
          <form
            class="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (somebody.id && !wrong) add();
            }}
          >
            <PersonField somebody={somebody} onChange={setSomebody} asNew={false} />
            <Field
              label="Minutes (optional)"
              note="Empty: all of the session."
              inputMode="numeric"
              maxLength={4}
              autoComplete="off"
              value={minutes}
              onValue={setMinutes}
              error={wrong ? "Write whole minutes." : undefined}
            />
            <div class="form-actions">
              <Button type="submit" kind="primary" disabled={action.busy || !somebody.id || wrong}>
                Add
              </Button>
              <Button onClick={() => setAdding(false)}>Not now</Button>
            </div>
          </form>
        ) : (
          <div class="card-actions">
            <Button icon={userPlus} onClick={() => setAdding(true)}>
              Add presenter
            </Button>
          </div>
        )}
        <Problem words={action.problem} />
      </div>
    </Section>
  );
}
