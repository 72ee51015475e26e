import { useState } from "preact/hooks";
import type { ImportScope } from "../../api/imports";
import { Button } from "../../ui/Button";
import { upload } from "../../ui/icons";
import { ImportSheet } from "./ImportSheet";

export interface ImportButtonProps {
  /** Where the people are registered; left out, they are only made known. */
  scope?: ImportScope;
  /** Called once an import is applied. */
  onImported(): void;
}

/** Opens the sheet in which people come in from a file. */
export function ImportButton({ scope, onImported }: ImportButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={upload} onClick={() => setOpen(true)}>
        Import
      </Button>
      {open && <ImportSheet scope={scope} onImported={onImported} onClose={() => setOpen(false)} />}
    </>
  );
}
