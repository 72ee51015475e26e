"""A browser at the far end of a line, and what its page counts."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import BaseModel

from bench.network import Line
from tests.e2e.browsers import CHROMIUM, Browsers, chromium
from tests.e2e.people import LOOKS, Person, until

WATCH = (Path(__file__).parent / "watch.js").read_text()
WIDTH, HEIGHT = 1920, 1080
"""Of the window: tiles of two people then ask for the highest layer."""


class Counters(BaseModel):
    """Totals over all streams of a page since it joined, at the page's time ``at`` (ms); see ``watch.js``."""

    at: float
    bytes: int
    heights: list[int]
    frames: int
    freezes: int
    freeze_seconds: float
    video_packets: int
    video_lost: int
    """By their own sequence numbers: what a repair brought later is among them."""
    nacks: int
    keyframe_requests: int
    repaired: int
    voice_packets: int
    voice_lost: int
    voice_samples: int
    concealed: int
    sent_nacks: int
    sent_repairs: int

    def since(self, before: Self) -> Self:
        """The growth from an earlier reading; ``at`` and ``heights`` stay."""
        grown = {
            name: getattr(self, name) - getattr(before, name)
            for name in type(self).model_fields
            if name not in ("at", "heights")
        }
        return self.model_copy(update=grown)


class ShownSlot(BaseModel):
    """One of the page's video slots that carries somebody."""

    participant: str
    state: str
    layer: str


class Change(BaseModel):
    """All taken slots, from the page's time ``at`` (ms) on."""

    at: float
    slots: list[ShownSlot]


class WatchedPage:
    """A person whose page is measured."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @classmethod
    async def arrive(cls, browsers: Browsers, name: str, number: int = 0) -> Self:
        """A window of its own, with nothing open yet."""
        person = await Person.arrive(browsers, name, LOOKS[number], width=WIDTH, height=HEIGHT)
        await person.page.add_init_script(WATCH)
        return cls(person)

    async def sees(self, name: str) -> None:
        """Returns once a frame of somebody's picture was decoded."""
        shown = "(name) => window.__watch?.frames(0)[name]?.length > 0"
        await until(self.person.page, shown, name, seconds=30)

    async def now(self) -> float:
        """The page's clock in milliseconds."""
        return float(await self.person.page.evaluate("window.__watch.now()"))

    async def counters(self) -> Counters:
        """What it has counted so far."""
        return Counters.model_validate(await self.person.page.evaluate("window.__watch.counters()"))

    async def frames(self, since: float) -> Mapping[str, list[float]]:
        """When frames of each person were decoded since then, in the page's milliseconds."""
        told: dict[str, list[float]] = await self.person.page.evaluate(
            "(since) => window.__watch.frames(since)", since
        )
        return told

    async def changes(self) -> list[Change]:
        """What its video slots have done."""
        told = await self.person.page.evaluate("window.__watch.changes")
        return [Change.model_validate(one) for one in told]


@asynccontextmanager
async def browser(folder: Path, origin: str, line: Line | None) -> AsyncIterator[Browsers]:
    """A Chromium at the far end of the line, or here, for which the service's http counts as secure.

    Without that it would give pages off this machine neither camera nor microphone.
    """
    program = CHROMIUM
    if line is not None:
        program = folder / "chromium"
        program.write_text(f'#!/bin/sh\nexec {shlex.join([*line.program, str(CHROMIUM)])} "$@"\n')
        program.chmod(0o700)
    secure = f"--unsafely-treat-insecure-origin-as-secure={origin}"
    async with chromium(folder, program=program, arguments=[secure]) as browsers:
        yield browsers


def largest_gap(frames: list[float], begin: float, end: float) -> float:
    """Longest time without a frame from ``begin`` to ``end``, in the unit of both."""
    times = [begin, *(at for at in sorted(frames) if begin < at < end), end]
    return max(after - before for before, after in pairwise(times))
