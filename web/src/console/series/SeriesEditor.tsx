import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Attempt } from "../../api/attempt";
import { ApiError, wordsOf } from "../../api/problem";
import type { Program } from "../../api/programs";
import {
  changeSeries,
  createSeries,
  type Preview,
  previewChange,
  previewSeries,
  type Series,
} from "../../api/series";
import { Banner } from "../../ui/Banner";
import { Field } from "../../ui/Field";
import { announce } from "../../ui/LiveRegion";
import { type Meanwhile, meanwhile } from "../logic/meanwhile";
import { readerClocks, shiftsOf } from "../logic/preview";
import { checkPattern, leavingOut } from "../logic/rule";
import {
  canPreview,
  changedSeries,
  checkSeries,
  inProgram,
  previewErrors,
  reachOf,
  rebaseSeries,
  SERIES_FIELD,
  type SeriesDraft,
  type SeriesErrors,
  sameDraft,
  seriesFields,
} from "../logic/series-form";
import { noticeSignedOut } from "../state/account";
import { unsaved, useUnsaved } from "../state/leave";
import { MeanwhileBanner } from "./MeanwhileBanner";
import { PreviewPanel } from "./PreviewPanel";
import { SaveBar } from "./SaveBar";
import { MoreFields, ProgramField, WhenFields } from "./SeriesFields";
import { usePreview } from "./use-preview";

/** What is changed: a series as it was read, from one session on or all of it. */
export interface SeriesChange {
  readonly series: Series;
  readonly etag: string;
  /** The session from which on; null for all that are to come. */
  readonly from: string | null;
  /** The form as the series is. */
  readonly draft: SeriesDraft;
  /** Reads the series anew, after somebody else changed it. */
  newest(): Promise<Pick<SeriesChange, "series" | "etag" | "draft">>;
}

export interface SeriesEditorProps {
  change?: SeriesChange;
  programs: readonly Program[];
  program: string;
  initial: SeriesDraft;
  today: string;
  /** Above the fields, such as the choice of what is changed. */
  head?: ComponentChildren;
  onProgram(id: string): void;
  /** The draft after each keystroke, to be kept where the choice above changes. */
  onDraft?(draft: SeriesDraft): void;
  onSaved(series: Series): void;
  onClose(): void;
}

/** The form of a series beside what it would be. */
export function SeriesEditor(props: SeriesEditorProps) {
  const { change, programs, program, today, head, onSaved, onClose } = props;
  const [draft, setDraftState] = useState(props.initial);
  const [base, setBase] = useState(change);
  /** The form of a new series before anything was typed. */
  const [blank, setBlank] = useState(props.initial);
  const [errors, setErrors] = useState<SeriesErrors & { program?: string }>({});
  const [problem, setProblem] = useState("");
  const [told, setTold] = useState<readonly Meanwhile[] | null>(null);
  const [notify, setNotify] = useState(true);
  const [busy, setBusy] = useState(false);
  const attempt = useRef(new Attempt()).current;

  const ready = canPreview(draft);
  const fields = ready ? (base ? changedSeries(base.draft, draft) : seriesFields(draft)) : {};
  const reach = reachOf(base?.from ?? null);
  const key = ready ? JSON.stringify([program, base?.etag, base?.from, fields]) : "";
  const preview = usePreview(
    key,
    (signal): Promise<Preview> =>
      base ? previewChange(base.series.id, reach, fields, signal) : previewSeries(program, fields, signal),
  );

  useUnsaved(!sameDraft(base?.draft ?? blank, draft));

  function setProgram(id: string) {
    const next = programs.find((one) => one.id === id);
    if (next) {
      setDraft(inProgram(draft, blank, next));
      setBlank(inProgram(blank, blank, next));
    }
    setErrors(({ program: _chosen, ...rest }) => rest);
    props.onProgram(id);
  }

  function setDraft(part: Partial<SeriesDraft>) {
    const next = { ...draft, ...part };
    setDraftState(next);
    props.onDraft?.(next);
    const { program: unchosen } = errors;
    if (Object.keys(errors).length > 0)
      setErrors({ ...checkSeries(next), ...(unchosen ? { program: unchosen } : {}) });
  }

  async function save() {
    const wrong: SeriesErrors & { program?: string } = checkSeries(draft);
    if (!base && !program) wrong.program = "Choose the program that the series belongs to.";
    setErrors(wrong);
    setProblem("");
    if (Object.keys(wrong).length > 0) return focusFirstError();
    setBusy(true);
    try {
      const saved = base
        ? await changeSeries(base.series.id, reach, fields, notify, base.etag)
        : await createSeries(program, fields, attempt.keyFor([program, fields]));
      unsaved.value = false;
      announce(base ? "The changes are saved." : "The series is created.");
      onSaved(saved.value);
    } catch (error) {
      if (noticeSignedOut(error)) return;
      if (base && error instanceof ApiError && error.status === 412) await meet(base);
      else show(error);
    } finally {
      setBusy(false);
    }
  }

  /** Somebody else saved first: theirs comes in, what was typed here stays on top, and the difference is told. */
  async function meet(before: SeriesChange) {
    try {
      const newest = await before.newest();
      setTold(meanwhile(before.draft, draft, newest.draft));
      setDraftState(rebaseSeries(before.draft, draft, newest.draft));
      setBase({ ...before, ...newest });
    } catch (error) {
      show(error);
    }
  }

  function show(error: unknown) {
    const refused = error instanceof ApiError ? error : null;
    const found: { [field: string]: string } = {};
    for (const item of refused?.fields ?? []) {
      const place = SERIES_FIELD[item.field] ?? SERIES_FIELD[item.field.split(".")[0] ?? ""];
      if (place) found[place] ??= refused?.forField(item.field) ?? item.message;
    }
    setErrors(found);
    const rest = refused?.fields.length ? refused.notIn(Object.keys(SERIES_FIELD)) : [];
    setProblem(Object.keys(found).length > 0 ? rest.join(" ") : [wordsOf(error), ...rest].join(" "));
    if (Object.keys(found).length > 0) focusFirstError();
  }

  /** All of a series that has had several rules: another rule would take the place of every one of them. */
  const several = base !== undefined && base.from === null && base.series.parts.length > 1;
  const same = base !== undefined && Object.keys(fields).length === 0;
  return (
    <form
      class="editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="editor-fields form">
        {head}
        <MeanwhileBanner told={told} />
        <Field
          label="Title"
          value={draft.title}
          onValue={(title) => setDraft({ title })}
          error={errors.title}
          maxLength={200}
          placeholder="Autism ECHO, fall"
        />
        {!base && (
          <ProgramField programs={programs} value={program} onValue={setProgram} error={errors.program} />
        )}
        <WhenFields
          draft={draft}
          errors={{ ...liveErrors(draft), ...errors }}
          today={today}
          onChange={setDraft}
        />
        {several && "rule" in fields && (
          <Banner>
            The series has {base?.series.parts.length} rules, one after the other. These days and this time
            take the place of all of them. To change the last one alone, go back and choose a session and all
            that follow.
          </Banner>
        )}
        <PreviewHint preview={preview.value} />
        <MoreFields draft={draft} errors={errors} onChange={setDraft} />
      </div>
      <section class="editor-preview" id="preview" aria-label="Preview" tabIndex={-1}>
        <div class="editor-dates">
          <PreviewPanel
            state={preview}
            wrong={previewErrors(draft)}
            pattern={draft.pattern}
            hub={draft.zone}
            from={base?.from ? base.draft.pattern.from : ""}
            onExclude={
              several ? undefined : (exclude) => setDraft({ pattern: leavingOut(draft.pattern, exclude) })
            }
          />
        </div>
        <SaveBar
          change={base ? { registered: base.series.registered, same } : undefined}
          preview={preview}
          busy={busy}
          problem={problem}
          notify={notify}
          onNotify={setNotify}
          onClose={onClose}
        />
      </section>
    </form>
  );
}

/** What is wrong with the days is said while they are chosen, since there is no preview without them. */
function liveErrors(draft: SeriesDraft): SeriesErrors {
  const { dates: _dates, ...wrong } = checkPattern(draft.pattern);
  return wrong;
}

/** What the fields come to, where the preview lies far below them. */
function PreviewHint({ preview }: { preview: Preview | null }) {
  if (!preview) return null;
  return (
    <div class="form-summary editor-hint">
      <p>{readerClocks(preview.words)}</p>
      {shiftsOf(preview)
        .slice(0, 2)
        .map((shift) => (
          <p key={shift.words}>{shift.words}</p>
        ))}
      <button type="button" class="text-button" onClick={() => document.getElementById("preview")?.focus()}>
        See every date
      </button>
    </div>
  );
}

/** After the errors are on screen, the first field with one gets the focus and its error is read out. */
function focusFirstError(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".editor [aria-invalid=true]")?.focus());
}
