import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { ApiError, wordsOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { check, circleAlert } from "../../ui/icons";
import { announce } from "../../ui/LiveRegion";
import { TextArea } from "../../ui/TextArea";
import { type Invited, type ReadLine, readPeople } from "../logic/paste";
import { roleWords } from "../logic/roles";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import { noticeSignedOut } from "../state/account";
import type { Invite } from "./AddOne";

export interface AddSeveralProps {
  invite: Invite;
  already: readonly Invited[];
  onAdded(): void;
  onClose(): void;
}

/** Invites a pasted list, after showing how each line is read. Lines that are wrong stay for correction. */
export function AddSeveral({ invite, already, onAdded, onClose }: AddSeveralProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;
  const lines = readPeople(text, already);
  const good = lines.flatMap((line) => (line.person ? [line.person] : []));
  const bad = lines.length - good.length;

  async function add() {
    setBusy(true);
    setProblem("");
    try {
      await invite(good, attempt.keyFor(good));
      attempt.done();
      announce(`${plural(good.length, "person is", "people are")} invited.`);
      onAdded();
      if (bad === 0) onClose();
      else setText(lines.flatMap((line) => (line.person ? [] : [line.text])).join("\n"));
    } catch (error) {
      if (!noticeSignedOut(error)) setProblem(refusedWords(error, lines));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextArea
        label="One person a line"
        note="Name, e-mail, site, role; site and role may be left out. Rows copied from a table work too."
        rows={7}
        value={text}
        onValue={setText}
        placeholder={"Ana Ortiz, ana@clinic4.org, Clinic 4\nLee Wong, lee@hub.org, Hub, presenter"}
        spellcheck={false}
      />
      {lines.length > 0 && <Preview lines={lines} />}
      <Problem words={problem} />
      <div class="form-actions">
        <Button type="submit" kind="primary" disabled={busy || good.length === 0}>
          {good.length === 0 ? "Add" : `Add ${plural(good.length, "person", "people")}`}
        </Button>
        {bad > 0 && (
          <span class="muted small">
            {plural(bad, "line needs", "lines need")} a look and will stay here.
          </span>
        )}
      </div>
    </form>
  );
}

function Preview({ lines }: { lines: readonly ReadLine[] }) {
  return (
    <ol class="preview" aria-label="How each line is read">
      {lines.map(({ line, person, problem, text }) => (
        <li key={line} class={person ? "preview-good" : "preview-bad"}>
          <Icon of={person ? check : circleAlert} label={person ? "understood" : "needs a look"} />
          <div>
            <span class="preview-name">{person ? person.name : `Line ${line}`}</span>
            <span class="muted small">
              {person ? [person.email, person.site || "no site", roleWords(person.role)].join(", ") : problem}
            </span>
            {!person && <span class="preview-text small">{text}</span>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The service's words with the lines they are about: field "people.2.email" is the third good line. */
function refusedWords(error: unknown, lines: readonly ReadLine[]): string {
  if (!(error instanceof ApiError) || error.fields.length === 0) return wordsOf(error);
  const sent = lines.filter((line) => line.person);
  const about = error.fields.map((item) => {
    const at = sent[Number(/(?:^|\.)people\.(\d+)\./.exec(item.field)?.[1] ?? Number.NaN)];
    return `${at ? `Line ${at.line}` : item.field}: ${item.message}`;
  });
  return `Nobody was added. ${about.join(". ")}.`;
}
