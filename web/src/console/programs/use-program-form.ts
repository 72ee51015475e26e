import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import type { Tagged } from "../../api/http";
import { ApiError } from "../../api/problem";
import { changeProgram, createProgram, type Program, readProgram } from "../../api/programs";
import { announce } from "../../ui/LiveRegion";
import {
  changedProgram,
  checkProgram,
  draftOfProgram,
  newProgramFields,
  type ProgramDraft,
  type ProgramErrors,
  rebaseProgram,
} from "../logic/program-form";
import { noticeSignedOut } from "../state/account";
import { leave, unsaved, useUnsaved } from "../state/leave";
import { useMistakes } from "../state/use-mistakes";

export interface ProgramForm {
  readonly draft: ProgramDraft;
  readonly errors: ProgramErrors;
  readonly problem: string;
  readonly busy: boolean;
  set(part: Partial<ProgramDraft>): void;
  save(): Promise<void>;
  /** Closes the form; asks first where something typed would be lost. */
  close(): void;
}

export interface ProgramFormOptions {
  /** The program to change with the tag of the state shown; without it a new one is made. */
  change?: Tagged<Program> | undefined;
  initial: ProgramDraft;
  onSaved(program: Tagged<Program>): void;
  onClose(): void;
}

/** What the sheets of a program share: the draft, checking it, saving it, meeting somebody else's change. */
export function useProgramForm({ change, initial, onSaved, onClose }: ProgramFormOptions): ProgramForm {
  const [draft, setDraft] = useState(initial);
  const [base, setBase] = useState(change);
  const mistakes = useMistakes();
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  /** Of a change since the form was opened, of a new program while it is empty. */
  const before = base ? draftOfProgram(base.value) : initial;
  useUnsaved(JSON.stringify(draft) !== JSON.stringify(before));

  async function save() {
    if (mistakes.found(checkProgram(draft))) return;
    setBusy(true);
    try {
      const saved = base
        ? await changeProgram(base.value.id, changedProgram(draftOfProgram(base.value), draft), base.etag)
        : await createProgram(newProgramFields(draft), attempt.keyFor(draft));
      unsaved.value = false;
      announce(base ? "The changes are saved." : "The program is made.");
      onSaved(saved);
    } catch (error) {
      if (noticeSignedOut(error)) return;
      if (base && error instanceof ApiError && error.status === 412) await meet(base.value);
      else mistakes.refused(error);
    } finally {
      setBusy(false);
    }
  }

  /** Somebody else changed the program since the form was opened: their changes come in, what was typed stays. */
  async function meet(before: Program) {
    try {
      const newest = await readProgram(before.id);
      setDraft(rebaseProgram(draftOfProgram(before), draft, draftOfProgram(newest.value)));
      setBase(newest);
      const fields = Object.keys(changedProgram(draftOfProgram(before), draftOfProgram(newest.value)));
      mistakes.say(
        `Somebody changed this program meanwhile (${fields.map(fieldName).join(", ")}). The form shows it now, with what you typed. Look, then save.`,
      );
    } catch (error) {
      mistakes.refused(error);
    }
  }

  return {
    draft,
    errors: mistakes.errors,
    problem: mistakes.problem,
    busy,
    set: (part) => setDraft({ ...draft, ...part }),
    save,
    close: () => leave(onClose),
  };
}

function fieldName(field: string): string {
  const names: Record<string, string> = { slug: "address", waiting_list: "waiting list", zone: "time zone" };
  return names[field] ?? field;
}
