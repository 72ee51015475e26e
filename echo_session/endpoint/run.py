"""``echo-session endpoint``: one endpoint from start to report."""

from __future__ import annotations

import asyncio
import math
import signal
from pathlib import Path

from echo_session.endpoint.link import resolve
from echo_session.endpoint.recorder import Recorder
from echo_session.endpoint.report import Report
from echo_session.endpoint.session import Endpoint, Guest
from echo_session.endpoint.tracks import sources_of


async def run_endpoint(
    link: str,
    play: Path | None = None,
    record: Path | None = None,
    *,
    name: str = "Endpoint",
    seconds: float | None = None,
) -> Report:
    """Joins, plays and records until the session ends, until Ctrl-C, or for so many seconds once connected.

    Raises ``EndpointError`` where it cannot get in.
    """
    endpoint = Endpoint(await resolve(link), sources=sources_of(play), guest=Guest(name=name, site=name))
    recorder = Recorder(record) if record is not None else None
    names = _Names(endpoint)
    if recorder is not None:
        endpoint.received.taps.append(recorder.take)
    leaving = asyncio.create_task(_leave_after(endpoint, seconds), name="endpoint timer")
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, leaving.cancel)
    noting = asyncio.create_task(names.run(), name="endpoint names")
    try:
        await endpoint.run()
    finally:
        for task in (leaving, noting):
            task.cancel()
        await asyncio.gather(leaving, noting, return_exceptions=True)
        if recorder is not None:
            await asyncio.to_thread(recorder.close)
    return Report.of(endpoint, names.known)


async def _leave_after(endpoint: Endpoint, seconds: float | None) -> None:
    """Leaves in the end, also where it is cancelled by Ctrl-C."""
    try:
        await endpoint.until_connected()
        await asyncio.sleep(seconds if seconds is not None else math.inf)
    finally:
        await endpoint.leave()


class _Names:
    """Everybody whom the endpoint meets."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.known: dict[str, str] = {}

    async def run(self) -> None:
        async with self._endpoint.received.changed:
            while True:
                for participant in self._endpoint.room.participants.values():
                    self.known[participant.participant_id] = participant.name
                await self._endpoint.received.changed.wait()
