import type { ImportScope } from "../../api/imports";
import { Sheet } from "../../ui/Sheet";
import "./imports.css";

export interface ImportSheetProps {
  scope: ImportScope | undefined;
  onImported(): void;
  onClose(): void;
}

/** People from a file: drop it, see what would become of every row, then do it. */
export function ImportSheet({ onClose }: ImportSheetProps) {
  return (
    <Sheet title="Import people" onClose={onClose}>
      <p class="muted">A CSV file or an Excel workbook.</p>
    </Sheet>
  );
}
