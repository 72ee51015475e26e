import { useMemo, useRef, useState } from "preact/hooks";
import { deviceKind } from "../media/kind";
import { useNow, useSession } from "../session/SessionContext";
import { Button } from "../ui/Button";
import { chevronLeft, chevronRight } from "../ui/icons";
import { useSize } from "../ui/useSize";
import type { Participant } from "../wire";
import { capacity, gridFor, pagesOf } from "./layout";
import { galleryOrder, SpeakerMemory } from "./order";
import { Tile } from "./Tile";

const PHONE_PAGE = 9;

/** Everybody, as large as the space allows; those who do not fit are on further pages. */
export function Gallery({
  people,
  caption,
}: {
  people: Participant[];
  caption?: (one: Participant) => string | undefined;
}) {
  const session = useSession();
  const space = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(space);
  const [wanted, setWanted] = useState(0);
  const most = deviceKind() === "phone" ? PHONE_PAGE : (session.welcome.value?.max_video_slots ?? PHONE_PAGE);
  const size = capacity(width, height, people.length, most);
  const pages = pagesOf(useOrdered(people, size < people.length), size);
  const page = Math.min(wanted, pages.length - 1);
  const shown = pages[page] ?? [];
  const grid = gridFor(width, height, shown.length);
  return (
    <div class="gallery">
      <div class="gallery-space" ref={space}>
        {width > 0 &&
          shown.map((one) => (
            <Tile
              key={one.participant_id}
              participant={one}
              width={grid?.width ?? width}
              height={grid?.height ?? height}
              caption={caption?.(one)}
            />
          ))}
      </div>
      {pages.length > 1 && (
        <nav class="gallery-pages" aria-label="Pages of the gallery">
          <Button
            icon={chevronLeft}
            aria-label="Previous page"
            disabled={page === 0}
            onClick={() => setWanted(page - 1)}
          />
          <span>
            {page + 1} of {pages.length}
          </span>
          <Button
            icon={chevronRight}
            aria-label="Next page"
            disabled={page === pages.length - 1}
            onClick={() => setWanted(page + 1)}
          />
        </nav>
      )}
    </div>
  );
}

/** Arrival order on a single page; else whoever speaks comes forward, looked at once a few seconds. */
function useOrdered(people: Participant[], several: boolean): Participant[] {
  const session = useSession();
  const [memory] = useState(() => new SpeakerMemory());
  const now = useNow().getTime();
  memory.note(session.speakers.value.speaking, now);
  const moment = Math.floor(now / REORDER_MS);
  return useMemo(
    () => (several ? galleryOrder(people, (id) => memory.last(id), now) : people),
    [people, several, moment, memory],
  );
}

const REORDER_MS = 3_000; // a new order only now and then, or tiles would dance
