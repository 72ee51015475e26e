"""What a line that loses packets does to a picture: ``python -m bench.bad_line``, as root.

A real Chromium behind a line of its own (``bench/network.py``) that loses 5% of the packets each way joins a
running service outside. Somebody on a good line publishes, voice and three layers: a peer of the load
generator, or a second Chromium with ``--publisher page``, which then also watches the first one's picture.
Prints what was lost and repaired, and the longest time without a decoded frame; exit code 1 if that is longer
than 500 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import BaseModel

from bench import ends
from bench.drive import Report
from bench.network import Line, Lost, NetworkError
from bench.page import Counters, WatchedPage, browser, largest_gap
from bench.procfs import machine_seconds
from tests.native import Hall, NativePeer, hall
from tests.scene import Scene, open_scene
from tests.service import Service, running_service

FAR, NEAR = "Dr. Far", "Dr. Near"
LIMIT_MS = 500.0
SETTLE_SECONDS = 5.0
"""After the first picture, for the browser's own estimate of its line to rise."""
HEIGHT = 720


class Watching(BaseModel):
    """What one page saw of the other person."""

    who: str
    gap_ms: float
    counted: Counters

    def lines(self) -> list[str]:
        """For people to read."""
        c = self.counted
        concealed = c.concealed / max(c.voice_samples, 1)
        return [
            f"{self.who} sees {c.frames} frames, the longest gap {self.gap_ms:.0f} ms;"
            f" the browser counts {c.freezes} freezes, {c.freeze_seconds * 1000:.0f} ms in all",
            f"  packets: {c.video_packets} arrived and {c.repaired} more as repairs,"
            f" {c.video_lost} lost at first; {c.nacks} requests for repair,"
            f" {c.keyframe_requests} for a keyframe",
            f"  voice: {c.voice_packets} packets, {c.voice_lost} lost, {concealed:.1%} of samples concealed",
            f"  its own picture: {c.sent_nacks} requests for repair, {c.sent_repairs} packets sent again",
        ]


class Outcome(BaseModel):
    """One run."""

    seconds: float
    lost: Lost
    watching: list[Watching]
    busy: float
    """Share of this machine's processors that was used. Near 1, gaps are the machine's and not the line's."""
    uplink: str = ""
    """What a peer of the generator got of the page's picture."""

    def worst_ms(self) -> float:
        """The longest time any page went without a frame."""
        return max(one.gap_ms for one in self.watching)

    def text(self) -> str:
        """For people to read."""
        lost = self.lost
        lines = [
            f"{self.seconds:.0f} s; lost {lost.lost_down} of {lost.down} packets to the page"
            f" ({lost.lost_down / max(lost.down, 1):.1%}) and {lost.lost_up} of {lost.up} from it"
            f" ({lost.lost_up / max(lost.up, 1):.1%}); processors {self.busy:.0%} busy",
            *(line for one in self.watching for line in one.lines()),
            *([self.uplink] if self.uplink else []),
        ]
        met = "met" if self.worst_ms() <= LIMIT_MS else "MISSED"
        return "\n".join([*lines, f"{met}: no gap over {LIMIT_MS:.0f} ms (longest {self.worst_ms():.0f} ms)"])


async def measure(line: Line, *, seconds: float, percent: float, page_publishes: bool) -> Outcome:
    """One run over a line that is there."""
    line.lose(percent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_service(folder, address=line.address) as service:
            scene = await open_scene(service, FAR, NEAR)
            async with browser(folder, service.base_url, line) as far_browser:
                far = await WatchedPage.arrive(far_browser, FAR)
                if page_publishes:
                    async with browser(folder, service.base_url, None) as near_browser:
                        near = await WatchedPage.arrive(near_browser, NEAR, 1)
                        await near.person.join(scene.links[NEAR])
                        await far.person.join(scene.links[FAR])
                        return await _watch(line, seconds, {FAR: far, NEAR: near})
                async with _native(service, line, scene) as (here, peer):
                    await far.person.join(scene.links[FAR])
                    await peer.view(
                        str(await far.person.page.evaluate("window.__echo.participantId")), height=HEIGHT
                    )
                    outcome = await _watch(line, seconds, {FAR: far}, here)
                    outcome.uplink = uplink(await here.generator.report(), peer.peer)
                    return outcome


@asynccontextmanager
async def _native(service: Service, line: Line, scene: Scene) -> AsyncIterator[tuple[Hall, NativePeer]]:
    async with hall(service.websocket_url, address=line.address) as here:
        yield here, await here.enter(scene.links[NEAR], NEAR)


async def _watch(
    line: Line, seconds: float, pages: dict[str, WatchedPage], here: Hall | None = None
) -> Outcome:
    """Waits until everybody sees the other, then measures."""
    other = {FAR: NEAR, NEAR: FAR}
    for name, page in pages.items():
        await page.sees(other[name])
    await asyncio.sleep(SETTLE_SECONDS)
    if here is not None:
        here.generator.reset()
    lost = line.lost()
    before = {name: await page.counters() for name, page in pages.items()}
    began, spent = time.monotonic(), machine_seconds([])
    await asyncio.sleep(seconds)
    busy = (machine_seconds([]) - spent) / (time.monotonic() - began) / (os.cpu_count() or 1)
    watching = []
    for name, page in pages.items():
        after = await page.counters()
        frames = await page.frames(before[name].at)
        gap = largest_gap(frames.get(other[name], []), before[name].at, after.at)
        watching.append(Watching(who=name, gap_ms=gap, counted=after.since(before[name])))
    now = line.lost().model_dump()
    grown = {direction: now[direction] - count for direction, count in lost.model_dump().items()}
    return Outcome(seconds=seconds, lost=Lost.model_validate(grown), watching=watching, busy=busy)


def uplink(report: Report, viewer: str) -> str:
    """What arrived at a peer of the generator from the page, whose packets carry no stamps."""
    slots = [slot for slot in report.slots.get(viewer, {}).values() if slot.packets]
    packets, lost = sum(slot.packets for slot in slots), sum(slot.lost for slot in slots)
    gap = max((slot.gap_ms for slot in slots), default=float("nan"))
    return (
        f"{NEAR} got {packets} packets of {FAR}'s voice and picture, {lost} missing,"
        f" the longest gap {gap:.0f} ms"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.bad_line",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--loss", type=float, default=5.0, help="percent of the packets of each direction")
    parser.add_argument("--publisher", choices=["native", "page"], default="native")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    options = parser.parse_args(arguments)
    try:
        with Line() as line:
            outcome = ends.run(
                measure(
                    line,
                    seconds=options.seconds,
                    percent=options.loss,
                    page_publishes=options.publisher == "page",
                )
            )
    except NetworkError as error:
        print(f"bad line: {error}", file=sys.stderr)
        return 2
    print(outcome.model_dump_json(indent=2) if options.json else outcome.text())
    return 0 if outcome.worst_ms() <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
