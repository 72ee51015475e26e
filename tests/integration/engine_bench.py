"""An engine in this process whose events a test can wait for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from pydantic import TypeAdapter

from echo_session import _media
from echo_session.media.protocol import Body, Command, Event, RoomState, events

WAIT_SECONDS = 30.0
Kind = TypeVar("Kind", bound=Body)
_rooms: TypeAdapter[list[RoomState]] = TypeAdapter(list[RoomState])


class EngineBench:
    """The real engine on loopback, its events collected in order."""

    def __init__(self, engine: _media.Engine) -> None:
        self.engine = engine
        self.seen: list[Event] = []
        self._arrived = asyncio.Event()

    def take(self) -> None:
        """Moves what waits in the engine to ``seen``; called when its descriptor is readable."""
        self.seen += [events.validate_json(event) for event in self.engine.take_events()]
        self._arrived.set()

    async def wait(self, kind: type[Kind], matches: Callable[[Kind], bool] = lambda _: True) -> Kind:
        """The first event of a kind that matches, among those seen already and those to come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for event in self.seen:
                    if isinstance(event, kind) and matches(event):
                        return event
                self._arrived.clear()
                await self._arrived.wait()

    def send(self, command: Command) -> None:
        """Carries out a command."""
        self.engine.command(command.model_dump_json())

    def rooms(self) -> list[RoomState]:
        """What the engine holds now."""
        return _rooms.validate_json(self.engine.snapshot())


@asynccontextmanager
async def engine_bench(
    *, bind: Sequence[str] = ("127.0.0.1",), workers: int = 1, spread_above: float = 0.6
) -> AsyncIterator[EngineBench]:
    """Starts an engine on ports that the system chooses. Closes it in the end."""
    engine = _media.Engine(
        bind=list(bind), port=0, workers=workers, public_addresses=[], spread_above=spread_above
    )
    bench = EngineBench(engine)
    loop = asyncio.get_running_loop()
    loop.add_reader(engine.fileno(), bench.take)
    try:
        yield bench
    finally:
        loop.remove_reader(engine.fileno())
        await asyncio.to_thread(engine.close)
