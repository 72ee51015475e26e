import { useId, useState } from "preact/hooks";
import { type ImportScope, templateAddress } from "../../api/imports";
import { fieldWords } from "../../api/problem";
import type { Role } from "../../api/types";
import { Banner } from "../../ui/Banner";
import { Icon } from "../../ui/Icon";
import { upload } from "../../ui/icons";
import { Select } from "../../ui/Select";
import { ROLES } from "../logic/roles";
import type { FileProblem } from "./ImportSheet";
import { placeWords } from "./words";

export interface ChooseFileProps {
  scope: ImportScope | undefined;
  role: Role;
  onRole(role: Role): void;
  /** The share of the file that has left, or null while none is on its way. */
  sent: number | null;
  problem: FileProblem | null;
  onFile(file: File): void;
}

const MAX_MIB = 32;

/** The place to drop a file on, and what may be in it. */
export function ChooseFile({ scope, role, onRole, sent, problem, onFile }: ChooseFileProps) {
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState("");
  const id = useId();

  function take(file: File | undefined) {
    if (!file || sent !== null) return;
    const large = file.size > MAX_MIB * 1024 * 1024;
    setTooLarge(large ? `${file.name} is larger than ${MAX_MIB} MB. Divide it, or leave columns out.` : "");
    if (!large) onFile(file);
  }

  if (sent !== null) return <Sending share={sent} />;
  return (
    <>
      {(problem || tooLarge) && <Unreadable problem={problem} words={tooLarge} />}
      {scope && (
        <Select
          label="Register them as"
          note="Where the file has no column “Role”, or leaves it empty."
          options={ROLES.map((one) => ({ value: one.role, label: one.words }))}
          value={role}
          onValue={(value) => onRole(value as Role)}
        />
      )}
      <label
        class={over ? "drop drop-over" : "drop"}
        for={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files[0]);
        }}
      >
        <Icon of={upload} />
        <span class="drop-words">Choose a file, or drop it here</span>
        <span class="muted small">Excel workbook or CSV, at most 100,000 people</span>
        <input
          id={id}
          class="drop-input"
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = ""; // the same file again, once it is corrected
          }}
        />
      </label>
      <p>You see what would become of every row before anybody is added or changed.</p>
      <p class="muted">
        The first row names the columns. “Name” (or “First name” and “Last name”) and “E-mail” are needed.
        “Phone”, “Profession”, “Credentials”, “Site”, “State”, “County”, “Time zone” and “Role” are read too;
        an empty cell changes nothing. Start from an empty file:{" "}
        <a href={templateAddress("xlsx")} download>
          Excel
        </a>{" "}
        or{" "}
        <a href={templateAddress("csv")} download>
          CSV
        </a>
        .
      </p>
    </>
  );
}

function Sending({ share }: { share: number }) {
  const words = share < 1 ? "Sending the file" : "Reading the file and checking every row";
  return (
    <div class="sending" role="status">
      <p class="strong">{words}</p>
      <progress aria-label={words} max={1} {...(share < 1 ? { value: share } : {})} />
      <p class="muted">Nobody is added or changed yet.</p>
    </div>
  );
}

function Unreadable({ problem, words }: { problem: FileProblem | null; words: string }) {
  return (
    <Banner kind="problem" title={words || problem?.words}>
      {problem && problem.places.length > 0 && (
        <ul class="file-problems">
          {problem.places.map((one) => (
            <li key={`${one.field} ${one.message}`}>
              <span class="strong">{placeWords(one.field)}.</span> {fieldWords(one)}
            </li>
          ))}
        </ul>
      )}
    </Banner>
  );
}
