"""A large ledger of the version before: ``python -m bench.ledger [--events 1000000] [--database ...]``.

Fills a database as version 0002 left it, migrates it, asks over HTTP for the attendance of many of its
sessions before and after their records are written, and verifies the chains. Ends with 1 where the median of
the answers is over the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench.ledger_fill import EVENTS, FIRST, fill, session_id
from echo_session.store.engine import Database, sqlite_url
from echo_session.store.migrate import migrate
from echo_session.store.rebuilding import keep_records_of_old_sessions
from echo_session.store.verifying import verify_session
from tests.database import Cluster
from tests.integration.api.service import Service

LIMIT_MS = 100.0
ASKED = 200
"""Sessions whose attendance is asked for."""


async def ask(service: Service, ids: list[str]) -> list[float]:
    """Milliseconds of each answer."""
    times = []
    for one in ids:
        began = time.perf_counter()
        reply = await service.ask("GET", f"/sessions/{one}/attendance")
        times.append((time.perf_counter() - began) * 1000)
        if reply.status != 200 or reply.json["chain"]["links"] != EVENTS:
            raise RuntimeError(f"{one}: {reply.status} {reply.json}")
    return times


def report(what: str, times: list[float]) -> float:
    """The median, printed with its surroundings."""
    median = statistics.median(times)
    ninth = statistics.quantiles(times, n=10)[-1] if len(times) > 1 else times[0]
    print(
        f"{median:8.1f} ms median, {ninth:.1f} ms at nine of ten, {max(times):.1f} ms at most: {what}",
        flush=True,
    )
    return median


async def bench(kind: str, events: int) -> bool:
    """True where the median is within the limit, and every chain holds."""
    sessions = max(1, events // EVENTS)
    cluster = Cluster() if kind == "postgresql" else None
    with tempfile.TemporaryDirectory() as folder:
        address = cluster.new(migrated=False) if cluster else sqlite_url(Path(folder) / "old.db")
        database = Database(address)
        try:
            began = time.perf_counter()
            await fill(database, sessions)
            print(f"\n{kind}: {sessions * EVENTS} events of {sessions} sessions in {_since(began)}")
            began = time.perf_counter()
            revision = await migrate(database)
            print(f"migrated to {revision} in {_since(began)}")
            return await _asked(database, sessions)
        finally:
            await database.close()
            if cluster:
                cluster.stop()


async def _asked(database: Database, sessions: int) -> bool:
    chance = Random(1)
    ids = [session_id(chance.randrange(sessions)) for _ in range(min(ASKED, sessions))]
    service = Service(database)
    service.rooms.now = FIRST
    await service.start()
    await ask(service, ids[:1])
    from_ledger = report("a session's attendance, from its ledger", await ask(service, ids))
    began = time.perf_counter()
    written = await keep_records_of_old_sessions(database, now=FIRST, random=chance.randbytes)
    print(f"records of {written} sessions written in {_since(began)}, a session at a time")
    from_records = report("a session's attendance, from its records", await ask(service, ids))
    await service.stop()
    began, broken = time.perf_counter(), 0
    for number in range(sessions):
        async with database.read() as tx:
            broken += not (await verify_session(tx, session_id(number))).intact
    print(f"{sessions} chains verified in {_since(began)}, broken: {broken}")
    return max(from_ledger, from_records) < LIMIT_MS and not broken


def _since(began: float) -> str:
    return f"{time.perf_counter() - began:.1f} s"


def main() -> None:
    """Ends with 1 where something is too slow, or broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite"])
    chosen = parser.parse_args()
    good = [asyncio.run(bench(kind, chosen.events)) for kind in chosen.database]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
