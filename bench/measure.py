"""One round of one case: starts a server, fills its rooms, lets media flow, and reads what that cost."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cases import Case
from bench.drive import Generator, Report
from bench.figures import Figures, quantile
from bench.peers.base import PeerError, Place, Seat, Server
from bench.peers.known import SERVERS
from bench.procfs import machine_seconds, processor_seconds, proportional_bytes

SIDE_BY_SIDE = 8
"""How many join at a time where joining is not what is measured."""
VIDEO_RATE, VOICE_RATE = 136, 50
"""Packets a second of one picture and of one voice; see bench/README.md."""
ENOUGH = 0.97
FLOWING_SECONDS = 20.0
SETTLE_SECONDS = 2.0
LOOK_SECONDS = 0.5
WATCHING = 10
"""Viewers of the running session while newcomers join it."""
CROWD_NICE = "10"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how long is measured."""

    server_core: int | None
    generator_core: int | None
    address: str
    seconds: float
    spinners: Sequence[int] = ()
    binary: Path | None = None

    def generator(self, *, nice: str = "0") -> Generator:
        """A generator on its core."""
        pinned = () if self.generator_core is None else ("taskset", "-c", str(self.generator_core))
        return Generator(self.binary, address=self.address, prefix=[*pinned, "nice", "-n", nice])


@asynccontextmanager
async def started(bench: Bench, case: Case) -> AsyncIterator[tuple[Server, Generator, Generator]]:
    """The server of a case and two generators: one whose delays count, and one for a crowd of newcomers."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Place(core=bench.server_core, address=bench.address, folder=Path(folder))
        async with (
            bench.generator() as generator,
            bench.generator(nice=CROWD_NICE) as crowd,
            SERVERS[case.server](place, generator, crowd) as server,
        ):
            yield server, generator, crowd


async def flow(bench: Bench, case: Case) -> Figures:
    """Webinar, meeting, or rooms side by side: the price of a delivered packet."""
    async with started(bench, case) as (server, generator, _):
        publishers, viewers = seats(case)
        await side_by_side(server.publish(seat) for seat in publishers)
        before = proportional_bytes(server.pids())
        expected = sum(_packets_a_second(server, len(_seen(seat, publishers))) for seat in viewers)
        lines = await viewing(server, generator, viewers, publishers, expected if server.relays else None)
        figures = await window(bench, server, generator, lines)
        grown = proportional_bytes(server.pids()) - before
        figures.mib_a_viewer = grown / len(viewers) / 2**20
        if server.relays and figures.per_second is not None:
            figures.share = figures.per_second / expected
        return figures


async def joins(bench: Bench, case: Case) -> Figures:
    """So many newcomers at once into a session that some watch already."""
    async with started(bench, case) as (server, generator, crowd):
        publisher = Seat(room="room_1", name="p0", publishes=True)
        watching = [Seat(room="room_1", name=f"w{n}", views=1) for n in range(WATCHING)]
        await server.publish(publisher)
        await viewing(server, generator, watching, [publisher], WATCHING * _packets_a_second(server, 1))
        generator.reset()
        since = time.monotonic_ns()
        newcomers = [
            Seat(room="room_1", name=f"n{n}", views=1, since_ns=since, newcomer=True)
            for n in range(case.size)
        ]
        await asyncio.gather(*(server.view(seat, [publisher]) for seat in newcomers))
        arrived = {line for seat in newcomers for line in server.lines(seat)}
        report = await seen(crowd, arrived)
        watched = (await generator.report(detail=False)).total
        took = [one.first_picture_ms for name, one in report.peers.items() if name in arrived]
        return Figures(
            join_p50_ms=quantile([one for one in took if one is not None], 0.5),
            join_p99_ms=quantile([one for one in took if one is not None], 0.99),
            watched_p99_ms=watched.delta_p99_ms,
        )


def seats(case: Case) -> tuple[list[Seat], list[Seat]]:
    """Who publishes and who views; in a meeting these are the same."""
    if case.scenario == "meeting":
        members = [
            Seat(
                room="room_1",
                name=f"m{n}",
                publishes=True,
                views=case.size - 1,
                layers=case.layers,
                slots=case.slots,
            )
            for n in range(case.size)
        ]
        return members, members
    rooms = [f"room_{n + 1}" for n in range(case.rooms)]
    publishers = [
        Seat(room=room, name=f"p{n}", publishes=True, layers=case.layers) for n, room in enumerate(rooms)
    ]
    viewers = [
        Seat(room=rooms[n % case.rooms], name=f"v{n}", views=1, slots=case.slots) for n in range(case.size)
    ]
    return publishers, viewers


def _seen(seat: Seat, publishers: Iterable[Seat]) -> list[Seat]:
    """The others in its room who publish."""
    return [other for other in publishers if other.room == seat.room and other.name != seat.name]


def _packets_a_second(server: Server, publishers: int) -> float:
    """What a viewer of so many publishers is to receive."""
    return publishers * VIDEO_RATE + server.voices(publishers) * VOICE_RATE


async def side_by_side(work: Iterable[Awaitable[None]]) -> None:
    """Does all of it, a few at a time."""
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(awaitable: Awaitable[None]) -> None:
        async with places:
            await awaitable

    async with asyncio.TaskGroup() as group:
        for awaitable in work:
            group.create_task(one(awaitable))


async def viewing(
    server: Server,
    generator: Generator,
    viewers: Sequence[Seat],
    publishers: Sequence[Seat],
    expected: float | None,
) -> list[str]:
    """Lets all viewers see who publishes in their rooms, until media flow; gives their connections."""
    await side_by_side(server.view(seat, _seen(seat, publishers)) for seat in viewers)
    lines = [line for seat in viewers for line in server.lines(seat)]
    await flowing(generator, lines, expected)
    await asyncio.sleep(SETTLE_SECONDS)
    return lines


async def flowing(generator: Generator, lines: Sequence[str], expected: float | None) -> None:
    """Waits until everything arrives, or for a while: the share then tells what is missing."""
    deadline = time.monotonic() + FLOWING_SECONDS
    report = await generator.report()
    while time.monotonic() < deadline:
        before = report
        await asyncio.sleep(LOOK_SECONDS)
        report = await generator.report()
        silent = [line for line in lines if not delivered(report, [line])]
        rate = (delivered(report, lines) - delivered(before, lines)) / (report.seconds - before.seconds)
        if not silent and (expected is None or rate >= expected * ENOUGH):
            return
    if silent:
        raise PeerError(f"nothing arrived at {len(silent)} of {len(lines)} connections")


async def seen(generator: Generator, lines: set[str]) -> Report:
    """Waits until each connection had a picture. PeerError if some never have."""

    def blind(report: Report) -> int:
        return sum(name in lines and one.first_picture_ms is None for name, one in report.peers.items())

    deadline = time.monotonic() + FLOWING_SECONDS
    report = await generator.report(detail=False)
    while blind(report):
        if time.monotonic() > deadline:
            raise PeerError(f"{blind(report)} of {len(lines)} newcomers saw no picture")
        await asyncio.sleep(LOOK_SECONDS)
        report = await generator.report(detail=False)
    return report


def delivered(report: Report, lines: Iterable[str]) -> int:
    """Media packets that arrived in all slots of some connections."""
    return sum(slot.packets for line in lines for slot in report.slots.get(line, {}).values())


async def window(bench: Bench, server: Server, generator: Generator, lines: Sequence[str]) -> Figures:
    """Lets media flow for a while; gives what was spent and what arrived meanwhile."""
    spent = await _meters(bench, server, generator)
    generator.reset()
    await asyncio.sleep(bench.seconds)
    report = await generator.report()
    now = await _meters(bench, server, generator)
    seconds = now.clock - spent.clock
    rate = delivered(report, lines) / report.seconds
    cores = os.cpu_count() or 1
    machine = now.machine - spent.machine
    ours = now.server - spent.server + now.drivers - spent.drivers
    figures = Figures(
        server_us=(now.server - spent.server) / seconds / rate * 1e6,
        core_busy=(now.server - spent.server) / seconds,
        machine_busy=machine / seconds / cores,
        others_busy=max(machine - ours, 0.0) / seconds / cores,
        per_second=rate,
        lost=report.lost,
        unread=sum(peer.overflowed for peer in report.peers.values()),
    )
    if now.worker is not None and spent.worker is not None:
        figures.worker_us = (now.worker - spent.worker) / seconds / rate * 1e6
    if server.relays:
        total = report.total
        figures.p50_ms, figures.p99_ms = total.delta_p50_ms, total.delta_p99_ms
        figures.worst_ms = total.delta_worst_ms
    return figures


@dataclass(frozen=True, slots=True)
class Meters:
    """Readings at one moment, in seconds."""

    clock: float
    server: float
    worker: float | None
    drivers: float
    machine: float


async def _meters(bench: Bench, server: Server, generator: Generator) -> Meters:
    worker = await server.worker_seconds()
    return Meters(
        clock=time.monotonic(),
        server=processor_seconds(server.pids()),
        worker=worker,
        drivers=processor_seconds([generator.pid, os.getpid()]),
        machine=machine_seconds(bench.spinners),
    )
