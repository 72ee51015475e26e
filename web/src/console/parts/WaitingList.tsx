import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { check, clock as clockIcon, userCheck, x } from "../../ui/icons";
import type { ClientMessage, Waiting } from "../../wire";
import { lengthWords } from "../logic/time";
import { now } from "../state/clock";
import { useSteady } from "./use-steady";

export interface WaitingListProps {
  waiting: readonly Waiting[];
  send(message: ClientMessage): boolean;
}

type Decision = "admitted" | "declined";

const keyOf = (one: Waiting): string => one.waiting_id;

/** Who waits to be let in, longest waiting first. Rows keep their place until the list is let go. */
export function WaitingList({ waiting, send }: WaitingListProps) {
  const { rows, hold } = useSteady(waiting, keyOf);
  const [decided, setDecided] = useState<ReadonlyMap<string, Decision>>(new Map());
  const list = useRef<HTMLDivElement>(null);
  const acted = useRef(false);
  useLayoutEffect(() => {
    // The button that was pressed has gone with its row: whoever works by keyboard goes on with the next one.
    if (!acted.current || document.activeElement !== document.body) return;
    acted.current = false;
    list.current?.querySelector<HTMLElement>("[data-next]")?.focus();
  });
  if (rows.length === 0) return null;

  function decide(decision: Decision, ids: readonly string[]) {
    acted.current = true;
    setDecided(new Map([...decided, ...ids.map((id) => [id, decision] as const)]));
  }

  function decline(id: string) {
    if (send({ type: "decline", waiting_id: id })) decide("declined", [id]);
  }

  /** Without an id everybody who waits. */
  function admit(id: string | null) {
    if (send({ type: "admit", waiting_id: id })) decide("admitted", id ? [id] : waiting.map(keyOf));
  }

  return (
    <div class="waiting" ref={list} {...hold}>
      <div class="waiting-head">
        <Icon of={clockIcon} />
        <h3>{waiting.length === 0 ? "Nobody waits any more" : `Waiting room: ${waiting.length}`}</h3>
        {waiting.length > 1 && (
          <Button icon={userCheck} onClick={() => admit(null)}>
            Admit all
          </Button>
        )}
      </div>
      <ul class="rows">
        {rows.map(({ key, item, gone }) => (
          <li key={key} class={gone ? "row row-gone" : "row"}>
            <div class="row-main">
              <span class="row-title">{item.name}</span>
              <span class="row-note">{aboutWaiting(item)}</span>
            </div>
            {gone ? (
              <Outcome decision={decided.get(key)} />
            ) : (
              <div class="row-actions">
                <Button kind="quiet" aria-label={`Decline ${item.name}`} onClick={() => decline(key)}>
                  Decline
                </Button>
                <Button kind="primary" data-next aria-label={`Admit ${item.name}`} onClick={() => admit(key)}>
                  Admit
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What became of somebody whose row is only kept in place. */
function Outcome({ decision }: { decision: Decision | undefined }) {
  const words = decision ? { admitted: "Let in", declined: "Not let in" }[decision] : "No longer waiting";
  return (
    <span class="row-done">
      <Icon of={decision === "admitted" ? check : x} />
      {words}
    </span>
  );
}

/** "Nurse, Clinic 4, waiting for 2 minutes". */
function aboutWaiting(one: Waiting): string {
  const seconds = (now.value.getTime() - Date.parse(one.since)) / 1000;
  const wait = seconds < 60 ? "just arrived" : `waiting for ${lengthWords(seconds)}`;
  return [one.profession, one.site, wait].filter(Boolean).join(", ");
}
