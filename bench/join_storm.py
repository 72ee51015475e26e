"""From ``join`` to the first picture where many join a running session at once, through the whole service.

``python -m bench.join_storm`` starts a service for each round and lets one publish and ten watch. Then fifty,
whose pages are open already, send ``join`` at the same moment and ``view`` once they are in. Counted is from
that moment to the first packet of a keyframe that could be opened; beside it, how long the ten waited for
their packets meanwhile. Service, generators and this program share the machine. JSON on the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bench.drive import Generator, Offer, Reading
from bench.ends import run
from bench.figures import quantile
from bench.measure import CROWD_NICE, WATCHING, flowing, seen
from tests.scene import open_scene
from tests.service import Service, running_service

PUBLISHER = "Publisher"
READY_SECONDS = 1.0
"""From the last offer to the storm: so much is left to send what waits."""
PATIENCE_SECONDS = 30.0
WATCHED_RATE = 136 + 50
"""Packets a second of one picture and one voice; see bench/README.md."""


@dataclass(frozen=True)
class Figures:
    """One round, in milliseconds since everybody sent ``join``."""

    joined_p50_ms: float
    joined_p99_ms: float
    picture_p50_ms: float
    picture_p99_ms: float
    watched_p99_ms: float
    """From writing to reading, of the ten who watch."""


class Visitor:
    """A page without a browser: its socket, and a light participant of a generator."""

    def __init__(self, generator: Generator, session: ClientSession, name: str, link: str) -> None:
        self.name = name
        self.participant_id = ""
        self.joined_ns = 0
        """When ``joined`` came, on the monotonic clock."""
        self._generator = generator
        self._session = session
        self._token = link.partition("#")[2]
        self._socket: ClientWebSocketResponse | None = None
        self._offer: Offer | None = None
        self._listening: asyncio.Task[None] | None = None
        self._joined = asyncio.Event()

    async def knock(self, url: str, *, since_ns: int | None = None) -> None:
        """Opens the page, and has the offer ready."""
        self._socket = await self._session.ws_connect(url)
        await self._socket.send_json({"type": "hello", "token": self._token, "client": "join storm"})
        welcome = await self._socket.receive_json(timeout=PATIENCE_SECONDS)
        if welcome["type"] != "welcome":
            raise RuntimeError(f"{self.name} was not welcomed: {welcome}")
        reading = Reading(light=True, since_ns=since_ns)
        self._offer = await self._generator.offer(self.name, voices=3, videos=9, reading=reading)

    async def join(self, publisher: str | None) -> None:
        """Joins, and asks for somebody's picture; done when the line is up."""
        assert self._socket is not None
        assert self._offer is not None
        self._listening = asyncio.create_task(self._listen(publisher), name=self.name)
        media = {"offer": self._offer.offer, "mids": self._offer.mids.model_dump()}
        asked = {"type": "join", "device": "desktop", "microphone": False, "camera": publisher is None}
        await self._socket.send_json(asked | media)
        joined = asyncio.ensure_future(self._joined.wait())
        await asyncio.wait(
            (joined, self._listening), timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not joined.done():
            joined.cancel()
            why = self._listening.exception() if self._listening.done() else None
            raise why or RuntimeError(f"{self.name} is not in after {PATIENCE_SECONDS:.0f} s")
        await self._generator.wait_connected(self.name)

    async def close(self) -> None:
        """Raises what the service refused, if it refused something."""
        refused = None
        if self._listening is not None:
            self._listening.cancel()
            (refused,) = await asyncio.gather(self._listening, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        if isinstance(refused, RuntimeError):
            raise refused

    async def _listen(self, publisher: str | None) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            if frame.type is not WSMsgType.TEXT:
                break
            message: dict[str, Any] = json.loads(frame.data)
            if message["type"] == "joined":
                self.joined_ns = time.monotonic_ns()
                self.participant_id = message["participant_id"]
                if publisher is not None:
                    item = {"participant_id": publisher, "source": "camera", "height": 720}
                    await self._socket.send_json({"type": "view", "items": [item]})
                await self._generator.answer(self.name, message["answer"], wait=False)
                self._joined.set()
            elif message["type"] == "error":
                raise RuntimeError(f"{self.name}: {message['message']}")


async def storm(service: Service, people: int) -> Figures:
    """One round."""
    watching = [f"Watcher {n}" for n in range(WATCHING)]
    newcomers = [f"Newcomer {n}" for n in range(people)]
    links = (await open_scene(service, PUBLISHER, *watching, *newcomers)).links
    nice = ("nice", "-n", CROWD_NICE)
    async with Generator() as generator, Generator(prefix=nice) as crowd, ClientSession() as session:
        there = [Visitor(generator, session, name, links[name]) for name in (PUBLISHER, *watching)]
        arriving = [Visitor(crowd, session, name, links[name]) for name in newcomers]
        try:
            for visitor in there:
                await visitor.knock(service.websocket_url)
                await visitor.join(there[0].participant_id or None)
            generator.publish(PUBLISHER, "microphone")
            generator.publish(PUBLISHER, "camera")
            await flowing(generator, watching, WATCHING * WATCHED_RATE)
            return await _arrive(service, generator, crowd, arriving, there[0].participant_id)
        finally:
            await asyncio.gather(*(visitor.close() for visitor in (*there, *arriving)))


async def _arrive(
    service: Service, generator: Generator, crowd: Generator, arriving: Sequence[Visitor], publisher: str
) -> Figures:
    """Everybody at once."""
    began = time.monotonic()
    # Making the offers is the pages' own work, before anybody clicks.
    begins_ns = time.monotonic_ns() + int((READY_SECONDS + len(arriving) * 0.05) * 1e9)
    for visitor in arriving:
        await visitor.knock(service.websocket_url, since_ns=begins_ns)
    prepared = time.monotonic() - began
    wait = (begins_ns - time.monotonic_ns()) / 1e9
    if wait < 0:
        raise RuntimeError(f"the offers took {prepared:.1f} s: too long for the moment that was agreed on")
    await asyncio.sleep(wait)
    generator.reset()
    await asyncio.gather(*(visitor.join(publisher) for visitor in arriving))
    report = await seen(crowd, {visitor.name for visitor in arriving})
    watched = (await generator.report(detail=False)).total
    joined = [(visitor.joined_ns - begins_ns) / 1e6 for visitor in arriving]
    pictures = [peer.first_picture_ms for peer in report.peers.values() if peer.first_picture_ms is not None]
    return Figures(
        joined_p50_ms=quantile(joined, 0.5),
        joined_p99_ms=quantile(joined, 0.99),
        picture_p50_ms=quantile(pictures, 0.5),
        picture_p99_ms=quantile(pictures, 0.99),
        watched_p99_ms=watched.delta_p99_ms,
    )


async def measure(rounds: int, people: int) -> list[Figures]:
    """Each round in a service of its own."""
    taken = []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            async with running_service(Path(folder)) as service:
                one = await storm(service, people)
        print(
            f"round {number:2}: joined {one.joined_p50_ms:4.0f} ms, p99 {one.joined_p99_ms:4.0f}; "
            f"picture {one.picture_p50_ms:4.0f} ms, p99 {one.picture_p99_ms:4.0f}; "
            f"who is there {one.watched_p99_ms:.1f} ms",
            flush=True,
        )
        taken.append(one)
    return taken


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=50)
    options = parser.parse_args()
    taken = run(measure(options.rounds, options.people))
    medians = {
        name: round(statistics.median(getattr(one, name) for one in taken), 1)
        for name in Figures.__dataclass_fields__
    }
    worst = round(max(one.picture_p99_ms for one in taken))
    print(
        f"{options.people} at once: picture {medians['picture_p50_ms']:.0f} ms, p99 "
        f"{medians['picture_p99_ms']:.0f} (worst round {worst}); medians of {options.rounds} rounds"
    )
    print(
        json.dumps({"people": options.people, "medians": medians, "rounds": [asdict(one) for one in taken]})
    )


if __name__ == "__main__":
    main()
