import { useState } from "preact/hooks";
import {
  applyImport,
  type Fate,
  type Import,
  type ImportedRow,
  listImportedRows,
  readImport,
} from "../../api/imports";
import { ApiError } from "../../api/problem";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { Icon } from "../../ui/Icon";
import { check, circleAlert, pencil, plus } from "../../ui/icons";
import { Problem } from "../parts/Problem";
import { useResource } from "../state/resource";
import { useAction } from "../state/use-action";
import { useOlder } from "../state/use-list";
import {
  applyWords,
  cellWords,
  countOf,
  earlierWords,
  effectWords,
  FATES,
  fateWords,
  refusedWords,
  rowWords,
  sendWords,
  sentWords,
} from "./words";

export interface ReviewImportProps {
  read: Import;
  /** Was read before this sheet was opened. */
  earlier: boolean;
  onImported(): void;
  /** Goes back to choosing a file. */
  onAnother(): void;
  onClose(): void;
}

/** What would become of every row, and the button that does it. */
export function ReviewImport({ read, earlier, onImported, onAnother, onClose }: ReviewImportProps) {
  const [one, setOne] = useState(read);
  const [send, setSend] = useState(read.send ?? true);
  const [checked, setChecked] = useState(0);
  const action = useAction();
  const done = one.state === "applied" && !one.unfinished;
  const was = earlier && read.state === "applied" && !read.unfinished;
  const effect = one.unfinished ? "Finish registering" : applyWords(one);

  async function apply() {
    await action.run(async () => {
      try {
        setOne(await applyImport(one.id, send));
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) {
          setOne(await readImport(one.id)); // the rows may have been checked again
          setChecked(checked + 1);
        }
        throw error;
      } finally {
        onImported();
      }
    }, "The import is done.");
  }

  return (
    <div class="import">
      <Banner kind={done ? "good" : "note"} title={done ? "The import is done" : one.filename}>
        {one.unfinished ? earlierWords(one) : effectWords(one, done)} {done && sentWords(one, was)}
      </Banner>
      {!done && one.counts.refused > 0 && <p>{refusedWords(one)}</p>}
      {one.problems.length > 0 && <Notes one={one} />}
      {!done && sendWords(one) && (
        <Check on={send} onChange={setSend}>
          {sendWords(one)}
        </Check>
      )}
      <Problem words={action.problem} />
      <div class="form-actions import-actions">
        {done ? (
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          effect && (
            <Button kind="primary" disabled={action.busy} onClick={() => void apply()}>
              {action.busy ? "Importing" : effect}
            </Button>
          )
        )}
        <Button disabled={action.busy} onClick={onAnother}>
          {earlier ? "Back" : done ? "Import another file" : "Choose another file"}
        </Button>
      </div>
      <Rows one={one} turn={`${checked} ${one.state}`} />
    </div>
  );
}

function Notes({ one }: { one: Import }) {
  return (
    <details class="more">
      <summary>
        {one.problems.length === 1 ? "One note" : `${one.problems.length} notes`} about the file
      </summary>
      <ul class="file-problems">
        {one.problems.map((note) => (
          <li key={`${note.column} ${note.message}`}>{cellWords({ ...note, allowed: "" })}</li>
        ))}
      </ul>
    </details>
  );
}

/** The rows, those of one fate or all; refused ones first in sight where there are any. */
function Rows({ one, turn }: { one: Import; turn: string }) {
  const [fate, setFate] = useState<Fate | "">(one.counts.refused > 0 ? "refused" : "");
  const key = `${one.id} ${fate} ${turn}`;
  const first = useResource(key, () => listImportedRows(one.id, fate), null);
  const older = useOlder(key, (cursor) => listImportedRows(one.id, fate, cursor));
  const items = [...(first.value?.items ?? []), ...older.items];
  const next = older.items.length > 0 ? older.next : (first.value?.next ?? null);
  return (
    <>
      <fieldset class="segments list-filter import-fates">
        <legend class="visually-hidden">Which rows</legend>
        {FATES.filter(({ fate: each }) => each === "" || countOf(one.counts, each) > 0).map(
          ({ fate: each, words }) => (
            <label key={each}>
              <input type="radio" name="fate" checked={fate === each} onChange={() => setFate(each)} />
              {words} <span class="figure">{countOf(one.counts, each).toLocaleString("en-US")}</span>
            </label>
          ),
        )}
      </fieldset>
      <Problem words={first.problem || older.problem} retry={() => void first.reload()} />
      {first.value && items.length === 0 && <p class="muted">The rows are not kept any more.</p>}
      {items.length > 0 && (
        <ol class="import-rows panel" aria-label="Rows of the file">
          {items.map((row) => (
            <Row key={row.number} row={row} />
          ))}
        </ol>
      )}
      {next && (
        <Button disabled={older.busy} onClick={() => older.more(next)}>
          Show more rows
        </Button>
      )}
    </>
  );
}

const LOOKS = { new: plus, update: pencil, same: check, refused: circleAlert };

function Row({ row }: { row: ImportedRow }) {
  return (
    <li class={`import-row import-row-${row.fate}`}>
      <span class="import-number">Row {row.number}</span>
      <Icon of={LOOKS[row.fate]} label={fateWords(row.fate)} />
      <div class="import-about">
        <span class="strong">{row.name || "No name"}</span>
        {rowWords(row) && <span class="muted small">{rowWords(row)}</span>}
        {row.problems.length === 0 && <span class="small">{row.told}</span>}
        {row.problems.map((problem) => (
          <span key={`${problem.column} ${problem.message}`} class="small">
            <span class="strong">{cellWords({ ...problem, allowed: "" })}</span>
            {problem.allowed && ` Allowed: ${problem.allowed}`}
          </span>
        ))}
      </div>
    </li>
  );
}
