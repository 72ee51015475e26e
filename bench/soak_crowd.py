"""People who come and go in several rooms: load for a soak."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.drive import HEAVY, Generator, GeneratorError, Reading, Received
from bench.soak_verdict import Viewing
from tests.native import NativePeer

SPARE = 4
"""People of a room who are away, beside those who are there."""
SETTLED_SECONDS = 2.0
"""After a change, until a viewer must have a picture: a join, a keyframe."""
ONE_IN_TCP = 10
"""One visit in so many has its media on TCP; those cannot be light."""
HEIGHT = 360
CLICK, CLOSED, CUT = "a click on Leave", "a closed tab", "a cut line"
WAYS = (CLICK, CLICK, CLOSED, CUT)


@dataclass(slots=True)
class Guest:
    """One person of a room; ``peer`` is the visit of now."""

    name: str
    link: str
    visits: int = 0
    peer: NativePeer | None = None
    since: float = 0.0
    """When the visit's media began."""
    watches: Guest | None = None
    watching_since: float = 0.0


@dataclass(slots=True)
class Room:
    """One session's people."""

    guests: list[Guest]
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def present(self) -> list[Guest]:
        """Those whose media are up."""
        return [guest for guest in self.guests if guest.peer is not None]

    def away(self) -> list[Guest]:
        """Those who could come."""
        return [guest for guest in self.guests if guest.peer is None]


class Crowd:
    """Lets people in and out; each publishes voice and camera and watches somebody of the room."""

    def __init__(
        self,
        generator: Generator,
        websocket_url: str,
        rooms: list[Room],
        *,
        ways: Sequence[str] = WAYS,
        seed: int = 6,
    ) -> None:
        self._generator, self._url = generator, websocket_url
        self._rooms = rooms
        self._ways = ways
        self._dice = random.Random(seed)
        self.joins = 0
        self.leaves: Counter[str] = Counter()
        self.failures: list[str] = []

    def present(self) -> list[Guest]:
        """Everybody who is there."""
        return [guest for room in self._rooms for guest in room.present()]

    async def fill(self, people: int) -> None:
        """Lets so many in, evenly over the rooms, which fill side by side."""
        async with asyncio.TaskGroup() as group:
            for index, room in enumerate(self._rooms):
                share = people // len(self._rooms) + (index < people % len(self._rooms))
                group.create_task(self._fill(room, share))

    async def _fill(self, room: Room, people: int) -> None:
        for _ in range(people):
            await self._enter(room)

    async def step(self) -> None:
        """One leaves one room, then one comes to it. What goes wrong is noted, and the others go on."""
        room = self._dice.choice(self._rooms)
        try:
            await self._go(room)
            await self._enter(room)
        except (TimeoutError, GeneratorError, OSError) as error:
            self.failures.append(repr(error))

    async def empty(self) -> None:
        """Everybody leaves."""
        async with asyncio.TaskGroup() as group:
            for room in self._rooms:
                group.create_task(self._empty(room))

    async def _empty(self, room: Room) -> None:
        while room.present():
            await self._go(room)

    async def _enter(self, room: Room) -> None:
        async with room.changing:
            guest = self._dice.choice(room.away())
            guest.visits += 1
            tcp = self._dice.randrange(ONE_IN_TCP) == 0
            peer = NativePeer(
                self._generator,
                self._url,
                guest.link,
                f"{guest.name}.{guest.visits}",
                reading=HEAVY if tcp else Reading(light=True),
                tcp=tcp,
            )
            try:
                await peer.join()
            except BaseException:
                await peer.close()
                raise
            peer.publish()
            guest.peer, guest.since = peer, time.monotonic()
            self.joins += 1
            for one in room.present():
                if one.watches is None:
                    await self._watch(room, one)

    async def _go(self, room: Room) -> None:
        async with room.changing:
            present = room.present()
            if not present:
                return
            guest = self._dice.choice(present)
            peer, guest.peer, guest.watches = guest.peer, None, None
            assert peer is not None
            way = self._dice.choice(self._ways)
            if way == CLICK:
                await peer.leave()
            else:
                await peer.close(silently=way == CUT)
            self.leaves[way] += 1
            for one in room.present():
                if one.watches is guest:
                    await self._watch(room, one)

    async def _watch(self, room: Room, viewer: Guest) -> None:
        """Has somebody watch anybody else."""
        others = [guest for guest in room.present() if guest is not viewer]
        viewer.watches = self._dice.choice(others) if others else None
        viewer.watching_since = time.monotonic()
        if viewer.watches is not None:
            assert viewer.peer is not None
            assert viewer.watches.peer is not None
            await viewer.peer.view(viewer.watches.peer.participant_id, height=HEIGHT)

    def viewings(self, by: Mapping[str, Mapping[str, Received]], began: float) -> Iterator[Viewing]:
        """What reached each viewer for whom nothing has changed since before the look ``began``.

        ``by`` is that of a ``Report``, ``began`` of ``time.monotonic()``.
        """
        settled = began - SETTLED_SECONDS
        for viewer in self.present():
            watched = viewer.watches
            if watched is None or watched.peer is None or viewer.peer is None:
                continue
            if max(viewer.watching_since, viewer.since, watched.since) > settled:
                continue
            received = by.get(viewer.peer.peer, {}).get(f"{watched.peer.peer}/camera")
            yield Viewing(
                viewer=viewer.peer.peer,
                publisher=watched.peer.peer,
                packets=0 if received is None else received.packets,
            )
