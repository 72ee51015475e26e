"""Webhooks in a storm: each takes effect once and in order, whatever the receiver does and who is killed.

    python -m tests.faults.webhooks_storm --webhooks 100000 --kills 50 --database sqlite

Events of many sessions are on their way to four endpoints of a receiver that fails 30% of the requests,
never answers 5%, and is down for a stretch. Nine tenths of them wait when the first control process starts,
the others happen meanwhile. The process is killed with SIGKILL and started again, again and again, whenever
the receiver has accepted another share. The retry schedule runs faster by its setting.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from echo_session.store.commands import create_session
from echo_session.store.engine import Database
from echo_session.store.event_feed import number_events
from echo_session.store.events import Happening, append_events
from echo_session.store.tables import DeliveryRow, EventRow
from echo_session.webhooks.signing import new_secret
from tests.database import Cluster, SqliteFiles
from tests.faults.controls import Controls
from tests.faults.storm_receiver import StormReceiver, Weather
from tests.integration.records.people import draft
from tests.integration.webhooks.samples import endpoint

ENDPOINTS = 4
AT_FIRST = 0.9
"""Share of the events that wait when the first process starts."""
AT_ONCE = 200
"""Events that happen in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What is asked for."""

    webhooks: int
    kills: int
    sessions: int
    down_seconds: float
    retry_scale: float
    timeout_seconds: float = 1.0
    stuck_after: float = 300.0
    """Seconds in which less than a twentieth is accepted, after which something is wrong."""
    seed: int = 7

    def settings(self) -> dict[str, str]:
        """Of the control process."""
        prefix = "ECHO_SESSION_WEBHOOKS__"
        return {
            f"{prefix}ALLOW_LOOPBACK": "true",
            f"{prefix}RETRY_SCALE": str(self.retry_scale),
            f"{prefix}TIMEOUT_SECONDS": str(self.timeout_seconds),
            f"{prefix}POLL_SECONDS": "1",
            "ECHO_SESSION_LOG_LEVEL": "error",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of it."""

    storm: Storm
    kills: int
    accepted: int
    doubled: int
    """Events that took effect more than once, by what they say and not by their ids."""
    out_of_order: tuple[str, ...]
    """Streams at an endpoint whose events did not take effect in the order of their numbers."""
    repeats: int
    unverified: int
    requests: int
    answered: Counter[int]
    states: dict[str, int]
    numbered: bool
    """The feed has every event, numbered without a gap."""
    seconds: float

    @property
    def good(self) -> bool:
        """All that is promised holds."""
        whole = self.accepted == self.storm.webhooks and self.states == {"delivered": self.storm.webhooks}
        stormy = self.kills == self.storm.kills
        kept = not self.doubled and not self.out_of_order and not self.unverified and self.numbered
        return stormy and whole and kept

    def text(self) -> str:
        """For whoever runs the command."""
        bad = sum(count for status, count in self.answered.items() if status not in (0, 204))
        lines = [
            f"{self.storm.webhooks} webhooks to {ENDPOINTS} endpoints, {self.kills} kills,"
            f" down for {self.storm.down_seconds:g} s: {self.seconds:.0f} s",
            f"accepted: {self.accepted}; effects doubled: {self.doubled};"
            f" streams out of order: {len(self.out_of_order)} of {self.storm.sessions * ENDPOINTS}",
            f"requests: {self.requests}, of which refused {bad / self.requests:.1%},"
            f" hung {self.answered[0] / self.requests:.1%}, known already {self.repeats},"
            f" unverified {self.unverified}",
            f"deliveries in the records: {self.states}; feed without a gap: {self.numbered}",
        ]
        return "\n".join([*lines, *self.out_of_order[:20]])


async def run(database: Database, controls: Controls, storm: Storm) -> Report:
    """Lets it storm until everything was accepted."""
    loop = asyncio.get_running_loop()
    keys = [new_secret(secrets.token_bytes) for _ in range(ENDPOINTS)]
    receiver = StormReceiver(keys, Weather(), random.Random(storm.seed))
    await receiver.open()
    sessions = [await _a_session_of_next_week(database) for _ in range(storm.sessions)]
    for number, secret in enumerate(keys):
        await endpoint(database, receiver.url(number), secret)
    events = storm.webhooks // ENDPOINTS
    streams = [sessions[number % storm.sessions] for number in range(events)]
    early = int(events * AT_FIRST)
    await _happen(database, streams[:early])
    begun = loop.time()
    with controls:
        killing = asyncio.create_task(_kill(controls, receiver, storm))
        more = [
            asyncio.create_task(_later(database, streams[early:], receiver, storm)),
            asyncio.create_task(_down(receiver, storm)),
        ]
        try:
            await _all_in(receiver, storm, [killing, *more])
            await _recorded(database, storm)
        except TimeoutError:
            print(f"stuck at {len(receiver.effects)}\n{controls.log()}", flush=True)  # noqa: T201
        finally:
            seconds = loop.time() - begun
            for task in (killing, *more):
                task.cancel()
            done = await asyncio.gather(killing, *more, return_exceptions=True)
    await receiver.close()
    kills = done[0] if isinstance(done[0], int) else -1
    return await _report(database, receiver, storm, kills, seconds)


async def _a_session_of_next_week(database: Database) -> str:
    """One that the process of the storm, which goes by the real clock, neither opens nor closes meanwhile."""
    now = datetime.now(UTC)
    local = (now + timedelta(days=7)).replace(tzinfo=None, microsecond=0)
    async with database.write() as tx:
        asked = draft(starts_local=local)
        return (await create_session(tx, asked, now=now, random=secrets.token_bytes)).id


async def _happen(database: Database, streams: Sequence[str]) -> None:
    remaining = iter(streams)
    while some := list(islice(remaining, AT_ONCE)):
        things = [Happening(stream, "participant.joined", {"said": "x" * 200}) for stream in some]
        async with database.write() as tx:
            await append_events(tx, things, datetime.now(UTC), random=secrets.token_bytes)


async def _later(database: Database, streams: Sequence[str], receiver: StormReceiver, storm: Storm) -> None:
    """What happens meanwhile, a little at a time."""
    steps = 20
    size = -(-len(streams) // steps)
    for number in range(steps):
        await receiver.until(int(storm.webhooks * AT_FIRST * number / steps))
        await _happen(database, streams[number * size : (number + 1) * size])


async def _down(receiver: StormReceiver, storm: Storm) -> None:
    await receiver.until(storm.webhooks // 3)
    await receiver.close()
    await asyncio.sleep(storm.down_seconds)
    await receiver.open()


async def _kill(controls: Controls, receiver: StormReceiver, storm: Storm) -> int:
    """Spread over what is accepted, so that the last one dies shortly before the end."""
    killed = 0
    while killed < storm.kills:
        await receiver.until(storm.webhooks * (killed + 1) // (storm.kills + 1))
        killed += await asyncio.to_thread(controls.kill, 0)
        await asyncio.to_thread(controls.start, 0)
    return killed


async def _all_in(receiver: StormReceiver, storm: Storm, tasks: Sequence[asyncio.Task[object]]) -> None:
    """Raises TimeoutError where nothing moves any more."""
    known = -1
    while len(receiver.effects) < storm.webhooks:
        for task in tasks:
            if task.done():
                task.result()
        if len(receiver.effects) == known:
            raise TimeoutError
        known = len(receiver.effects)
        with suppress(TimeoutError):
            async with asyncio.timeout(storm.stuck_after):
                await receiver.until(min(known + storm.webhooks // 20 + 1, storm.webhooks))
        print(f"{len(receiver.effects)} accepted", flush=True)  # noqa: T201 - a command


async def _recorded(database: Database, storm: Storm) -> None:
    """The last answers are in the records."""
    pending = select(DeliveryRow.id).where(DeliveryRow.state == "pending").limit(1)
    async with asyncio.timeout(storm.stuck_after):
        while True:
            async with database.read() as tx:
                if await tx.scalar(pending) is None:
                    return
            await asyncio.sleep(0.2)


async def _report(
    database: Database, receiver: StormReceiver, storm: Storm, kills: int, seconds: float
) -> Report:
    await number_events(database)
    async with database.read() as tx:
        counts = await tx.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
        states = {row[0]: row[1] for row in counts}
        last, count = (await tx.execute(select(func.max(EventRow.number), func.count()))).one()
    wrong = [
        f"{stream} at {number}: {seqs[:20]}"
        for (number, stream), seqs in sorted(receiver.order.items())
        if seqs != list(range(seqs[0], seqs[0] + len(seqs)))
    ]
    return Report(
        storm=storm,
        kills=kills,
        accepted=len(receiver.effects),
        doubled=sum(len(seqs) - len(set(seqs)) for seqs in receiver.order.values()),
        out_of_order=tuple(wrong),
        repeats=receiver.repeats,
        unverified=receiver.unverified,
        requests=receiver.requests,
        answered=receiver.answered,
        states=states,
        numbered=last == count,
        seconds=seconds,
    )


async def _main(database: str, storm: Storm) -> Report:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cluster = Cluster() if database == "postgresql" else None
        address = cluster.new() if cluster else SqliteFiles(folder).new(folder / "echo-session.db")
        records = Database(address)
        try:
            return await run(records, Controls(address, folder, 1, storm.settings()), storm)
        finally:
            await records.close()
            if cluster:
                cluster.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Webhooks to a bad receiver, from a sender that is killed.")
    parser.add_argument("--webhooks", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sessions", type=int, default=250)
    parser.add_argument("--down", type=float, default=20.0, help="seconds in which nobody listens")
    parser.add_argument("--scale", type=float, default=0.005, help="webhooks.retry_scale")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="sqlite")
    chosen = parser.parse_args()
    asked = Storm(
        webhooks=chosen.webhooks,
        kills=chosen.kills,
        sessions=chosen.sessions,
        down_seconds=chosen.down,
        retry_scale=chosen.scale,
    )
    found = asyncio.run(_main(chosen.database, asked))
    print(found.text())  # noqa: T201 - a command
    raise SystemExit(0 if found.good else 1)
