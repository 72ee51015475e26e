import { Button } from "../../ui/Button";
import { Check } from "../../ui/Checks";
import { changeWords } from "../logic/preview";
import { plural } from "../logic/time";
import { Problem } from "../parts/Problem";
import type { PreviewState } from "./use-preview";

export interface SaveBarProps {
  /** Where a series is changed: how many people would be written to, and whether nothing differs yet. */
  change: { registered: number; same: boolean } | undefined;
  preview: PreviewState;
  busy: boolean;
  problem: string;
  notify: boolean;
  onNotify(on: boolean): void;
  onClose(): void;
}

/** What saving will do, said before it is done, and the button that does it. */
export function SaveBar({ change, preview, busy, problem, notify, onNotify, onClose }: SaveBarProps) {
  const changes = preview.value?.changes;
  const total = preview.unfinished || preview.problem ? 0 : (preview.value?.total ?? 0);
  const people = change?.registered ?? 0;
  const words = change && changes && !change.same ? changeWords(changes) : [];
  return (
    <div class={change ? "save-bar save-bar-change" : "save-bar"}>
      {words.length > 0 && (
        <p class={preview.behind ? "preview-behind" : ""} role="status">
          <strong>{words[0]}</strong> {words.slice(1).join(" ")}
        </p>
      )}
      {change && !change.same && people > 0 && (
        <Check on={notify} onChange={onNotify}>
          Write to the {plural(people, "registered person", "registered people")}
        </Check>
      )}
      <Problem words={problem} />
      <div class="form-actions">
        <Button type="submit" kind="primary" disabled={busy || change?.same}>
          {change ? "Save changes" : total > 0 ? `Create ${plural(total, "session")}` : "Create series"}
        </Button>
        <Button onClick={onClose}>{change ? "Keep as it was" : "Not now"}</Button>
      </div>
    </div>
  );
}
