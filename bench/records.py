"""How fast the API answers over large records: ``python -m bench.records [--database sqlite postgresql]``.

Fills a database of each kind with 100,000 people, 2,000 series and 50,000 sessions, asks over HTTP everything
that lists, searches or shows something, and prints the median and the slowest of some rounds in milliseconds.
Client and server share one process. Ends with 1 where a median is over the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.records_fill import fill
from bench.records_requests import requests
from bench.records_size import NOW, Size
from echo_session.store.engine import Database
from tests.database import Cluster, SqliteFiles
from tests.integration.api.service import Service

LARGE = Size()
LIMIT_MS = 100.0


async def measure(service: Service, path: str, rounds: int) -> list[float]:
    """Milliseconds of each answer; the first, which warms up, is not among them."""
    times = []
    for turn in range(rounds + 1):
        service.seconds += 3600  # nobody is limited: an hour lies between two looks at a public page
        began = time.perf_counter()
        reply = await service.ask("GET", path)
        took = (time.perf_counter() - began) * 1000
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status} {reply.json}")
        if turn:
            times.append(took)
    return times


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Database]:
    """An empty database of this kind, with all tables."""
    cluster = Cluster() if kind == "postgresql" else None
    address = cluster.new() if cluster else SqliteFiles(folder).new(folder / "large.db")
    database = Database(address)
    try:
        yield database
    finally:
        await database.close()
        if cluster:
            cluster.stop()


async def bench(kind: str, size: Size, rounds: int) -> bool:
    """True where every median is within the limit."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(kind, Path(folder)) as database:
            began = time.perf_counter()
            await fill(database, size)
            print(f"\n{kind}: filled in {time.perf_counter() - began:.0f} s")
            service = Service(database)
            service.rooms.now = NOW
            await service.start()
            slow = []
            for name, path in requests(size):
                times = await measure(service, path, rounds)
                median = statistics.median(times)
                print(f"{median:8.1f} {max(times):8.1f}  {name}", flush=True)
                slow += [name] if median >= LIMIT_MS else []
            await service.stop()
    for name in slow:
        print(f"over {LIMIT_MS:.0f} ms on {kind}: {name}")
    return not slow


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"]
    )
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--people", type=int, default=LARGE.people)
    parser.add_argument("--series", type=int, default=LARGE.series)
    parser.add_argument("--sessions", type=int, default=LARGE.sessions)
    asked = parser.parse_args()
    size = Size(people=asked.people, series=asked.series, sessions=asked.sessions)
    good = [asyncio.run(bench(kind, size, asked.rounds)) for kind in asked.database]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
