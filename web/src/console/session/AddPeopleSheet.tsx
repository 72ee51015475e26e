import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Sheet } from "../../ui/Sheet";
import type { Invited } from "../logic/paste";
import { AddOne, type Invite } from "./AddOne";
import { AddSeveral } from "./AddSeveral";

export interface AddPeopleSheetProps {
  invite: Invite;
  /** Those on the list. */
  already: readonly Invited[];
  onClose(): void;
  onAdded(): void;
  /** What holds for both ways of adding. */
  children?: ComponentChildren;
}

/** The side sheet that invites people, one at a time or a whole list. */
export function AddPeopleSheet({ invite, already, onClose, onAdded, children }: AddPeopleSheetProps) {
  const [way, setWay] = useState<"one" | "several">("one");
  return (
    <Sheet title="Add people" onClose={onClose}>
      <fieldset class="segments segments-wide">
        <legend class="visually-hidden">How to add</legend>
        <label>
          <input type="radio" name="way" checked={way === "one"} onChange={() => setWay("one")} />
          One by one
        </label>
        <label>
          <input type="radio" name="way" checked={way === "several"} onChange={() => setWay("several")} />
          Paste a list
        </label>
      </fieldset>
      {children}
      {way === "one" ? (
        <AddOne invite={invite} onAdded={onAdded} />
      ) : (
        <AddSeveral invite={invite} already={already} onAdded={onAdded} onClose={onClose} />
      )}
    </Sheet>
  );
}
