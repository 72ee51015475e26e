import { useState } from "preact/hooks";
import { discardImport, type Import, type ImportScope, stageImport } from "../../api/imports";
import { ApiError, type FieldProblem, wordsOf } from "../../api/problem";
import type { Role } from "../../api/types";
import { announce } from "../../ui/LiveRegion";
import { Sheet } from "../../ui/Sheet";
import { noticeSignedOut } from "../state/account";
import { ChooseFile } from "./ChooseFile";
import { EarlierImports } from "./EarlierImports";
import { ReviewImport } from "./ReviewImport";
import "./imports.css";

export interface ImportSheetProps {
  scope: ImportScope | undefined;
  onImported(): void;
  onClose(): void;
}

/** Why a file could not be read. */
export interface FileProblem {
  readonly words: string;
  readonly places: readonly FieldProblem[];
}

/** People from a file: drop it, see what would become of every row, then do it. */
export function ImportSheet({ scope, onImported, onClose }: ImportSheetProps) {
  const [role, setRole] = useState<Role>("participant");
  const [sent, setSent] = useState<number | null>(null);
  const [problem, setProblem] = useState<FileProblem | null>(null);
  const [read, setRead] = useState<Import | null>(null);
  const [earlier, setEarlier] = useState(false);

  async function take(file: File) {
    setSent(0);
    setProblem(null);
    try {
      const made = await stageImport(file, { scope, role }, setSent);
      setRead(made);
      setEarlier(false);
      announce("The file is read. Nobody is changed yet.");
    } catch (error) {
      if (noticeSignedOut(error)) return;
      setProblem({ words: wordsOf(error), places: error instanceof ApiError ? error.fields : [] });
    } finally {
      setSent(null);
    }
  }

  function open(one: Import) {
    setProblem(null);
    setRead(one);
    setEarlier(true);
  }

  function another() {
    if (read && read.state !== "applied" && !earlier) void discardImport(read.id).catch(() => undefined);
    setRead(null);
  }

  const into = read ? read.scope_title : scope?.name;
  return (
    <Sheet title={into ? `Import people into ${into}` : "Import people"} onClose={onClose}>
      {read ? (
        <ReviewImport
          key={read.id}
          read={read}
          earlier={earlier}
          onImported={onImported}
          onAnother={another}
          onClose={onClose}
        />
      ) : (
        <>
          <ChooseFile
            scope={scope}
            role={role}
            onRole={setRole}
            sent={sent}
            problem={problem}
            onFile={(file) => void take(file)}
          />
          {sent === null && <EarlierImports onOpen={open} />}
        </>
      )}
    </Sheet>
  );
}
