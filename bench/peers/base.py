"""What the benchmark needs of a server, whichever it is."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from bench.cases import USUAL_SLOTS
from bench.drive import Generator, Reading
from bench.peers.programs import Program

READY_SECONDS = 30.0


class PeerError(Exception):
    """A server did not start, refused something, or gave no reply in time."""


class UnavailableError(PeerError):
    """A server cannot be measured here at all; says how it could."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server runs."""

    core: int | None
    """The processor core it is pinned to, with all its threads."""
    address: str
    """Of this machine; media goes there."""
    folder: Path
    """For its configuration and log."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a room."""

    room: str
    name: str
    publishes: bool = False
    """Microphone and camera."""
    views: int = 0
    """How many others it sees and hears."""
    layers: int = 1
    slots: int = USUAL_SLOTS
    """Video slots it asks for, where a server has such."""
    since_ns: int | None = None
    """When it began to join, of ``time.monotonic_ns()``, where that is measured."""
    newcomer: bool = False
    """Joins in the crowd, which has a generator of its own so that it disturbs nobody's figures."""

    @property
    def reading(self) -> Reading:
        """How its participants read what they receive."""
        return Reading(light=True, since_ns=self.since_ns)


class Server(ABC):
    """One running server. Use as ``async with``; ``publish`` and ``view`` may run side by side."""

    name: ClassVar[str]
    relays: ClassVar[bool] = True
    """Payloads pass unchanged, so that delays and expected counts mean something."""

    def __init__(self, place: Place, generator: Generator, crowd: Generator | None = None) -> None:
        self.place = place
        self.program: Program | None = None
        self._generator = generator
        self._crowd = crowd

    @classmethod
    @abstractmethod
    def version(cls) -> str:
        """What is installed. Raises UnavailableError with the way to install it."""

    @abstractmethod
    async def start(self) -> None:
        """Starts it and waits until it takes requests."""

    async def stop(self) -> None:
        """Ends it."""
        if self.program is not None:
            await self.program.stop()

    @abstractmethod
    async def publish(self, seat: Seat) -> None:
        """Sends a seat's microphone and camera; returns when they flow to the server."""

    @abstractmethod
    async def view(self, seat: Seat, publishers: Sequence[Seat]) -> None:
        """Lets a seat see and hear publishers that are there; returns when its line is up."""

    def driving(self, seat: Seat) -> Generator:
        """The generator in which a seat's participants are."""
        return self._crowd if seat.newcomer and self._crowd is not None else self._generator

    def lines(self, seat: Seat) -> list[str]:
        """The generator's participants that receive for a seat."""
        return [seat.name]

    def pids(self) -> list[int]:
        """All of its processes."""
        return [] if self.program is None else [self.program.pid]

    async def worker_seconds(self) -> float | None:
        """Processor time of its media threads alone, where it can tell."""
        return None

    def voices(self, views: int) -> int:
        """How many of so many voices it sends on to a viewer."""
        return views

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self.start()
        except BaseException as error:
            await self.stop()
            if isinstance(error, TimeoutError):
                raise PeerError(f"{self.name} was not ready after {READY_SECONDS:.0f} s") from error
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
