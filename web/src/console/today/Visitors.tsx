import { listUnmatched } from "../../api/matching";
import { Banner } from "../../ui/Banner";
import { addressOf } from "../logic/route";
import { plural } from "../logic/time";
import { useResource } from "../state/resource";

/** That people came whom nobody knows yet: their credit waits for somebody to say who they are. */
export function Visitors() {
  // Each look is noted: once for every visit of the page.
  const list = useResource("unmatched", () => listUnmatched(""), null).value;
  if (!list || list.items.length === 0) return null;
  const count = list.next
    ? `More than ${list.items.length} people`
    : plural(list.items.length, "person", "people");
  return (
    <Banner
      action={
        <a class="button" href={addressOf({ name: "unmatched" })}>
          Say who it is
        </a>
      }
    >
      {count} came and {list.items.length === 1 && !list.next ? "is" : "are"} not yet known. Their time is
      kept; their credit waits.
    </Banner>
  );
}
