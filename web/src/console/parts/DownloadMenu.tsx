import { Icon } from "../../ui/Icon";
import { chevronDown, download } from "../../ui/icons";
import "../imports/imports.css";

export interface DownloadMenuProps {
  words?: string;
  /** Read out instead of the words. */
  label?: string;
  files: readonly { readonly words: string; readonly href: string }[];
}

/** Files to save, one format each; the browser fetches them by itself. */
export function DownloadMenu({ words = "Download", label, files }: DownloadMenuProps) {
  return (
    <details
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !event.currentTarget.open) return;
        event.preventDefault();
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (!(next instanceof Node && event.currentTarget.contains(next))) event.currentTarget.open = false;
      }}
    >
      <summary class="button" {...(label ? { "aria-label": label } : {})}>
        <Icon of={download} />
        {words}
        <Icon of={chevronDown} />
      </summary>
      <div class="menu-items">
        {files.map((file) => (
          <a
            key={file.words}
            class="menu-item"
            href={file.href}
            download
            onClick={(event) => {
              const menu = event.currentTarget.closest("details");
              if (menu) menu.open = false;
            }}
          >
            {file.words}
          </a>
        ))}
      </div>
    </details>
  );
}
