import { useState } from "preact/hooks";
import type { Session } from "../../api/types";
import { Sheet } from "../../ui/Sheet";
import type { Invited } from "../logic/paste";
import { AddOne } from "./AddOne";
import { AddSeveral } from "./AddSeveral";

export interface AddPeopleSheetProps {
  session: Session;
  /** Those on the list. */
  already: readonly Invited[];
  onClose(): void;
  onAdded(): void;
}

/** The side sheet that invites people, one at a time or a whole list. */
export function AddPeopleSheet({ session, already, onClose, onAdded }: AddPeopleSheetProps) {
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
      {way === "one" ? (
        <AddOne session={session} onAdded={onAdded} />
      ) : (
        <AddSeveral session={session} already={already} onAdded={onAdded} onClose={onClose} />
      )}
    </Sheet>
  );
}
