import { type ExportFilter, exportAddress } from "../../api/imports";
import { Icon } from "../../ui/Icon";
import { chevronDown, download } from "../../ui/icons";
import "./imports.css";

/** Saves the people of a list as a file. `filter` is what the list shows; left out, it is everybody. */
export function ExportButton({ filter = {} }: { filter?: ExportFilter }) {
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
      <summary class="button">
        <Icon of={download} />
        Export
        <Icon of={chevronDown} />
      </summary>
      <div class="menu-items">
        <a class="menu-item" href={exportAddress("xlsx", filter)} download>
          Excel workbook
        </a>
        <a class="menu-item" href={exportAddress("csv", filter)} download>
          CSV file
        </a>
      </div>
    </details>
  );
}
