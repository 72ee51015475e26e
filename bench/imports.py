"""How long an import holds others up: ``python -m bench.imports``, for SQLite and PostgreSQL.

Imports a file in which everybody is new, has a telephone number, works at one of a thousand new sites and
is registered for a program, while a session's ledger is written to all the time, each event in a unit of
work of its own. Told are how long each phase took - on SQLite the step is how long the one lock for writing
was held; on PostgreSQL it locks only what it writes - and the longest that an event of the ledger and the
event loop had to wait meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random as chance
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from echo_session.domain.import_columns import HEADERS
from echo_session.domain.imports import Import
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope
from echo_session.imports.staging import stage
from echo_session.store.engine import Database, sqlite_url
from echo_session.store.import_apply import register, step
from echo_session.store.import_ready import follow_up, prepare
from tests.database import Cluster, migrate_at
from tests.integration.imports.people import NOW, a_program
from tests.integration.records.people import START, a_session, a_visitor, joins, leaves

T = TypeVar("T")
FIRST = ("Ana", "Lee", "Zoe", "Ben", "Kim", "Ruth", "Omar", "Pia", "Sam", "Tess")
LAST = ("Ortiz", "Wong", "Hill", "Vigil", "Begay", "Garcia", "Smith", "Chavez", "Nez", "Baca")


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of an import."""

    seconds: float
    events: int
    """Of the ledger, written meanwhile."""
    longest_event: float
    """Seconds that one of them took."""
    longest_lag: float
    """Seconds that the event loop was late."""


@dataclass(slots=True)
class Watch:
    """What others had to wait, since it was last asked."""

    events: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    written: asyncio.Event = field(default_factory=asyncio.Event)

    async def during(self, work: Awaitable[T]) -> tuple[T, Phase]:
        """Does the work and tells how others fared meanwhile."""
        self.events.clear()
        self.written.clear()
        self.lags.clear()
        start = time.perf_counter()
        result = await work
        seconds = time.perf_counter() - start
        await self.written.wait()  # one that was held up to the end is only known after it
        return result, Phase(seconds, len(self.events), max(self.events), max(self.lags, default=0.0))


async def measure(database: Database, folder: Path, people: int) -> dict[str, Phase]:
    """Imports so many people into an empty database; gives what each phase cost the others."""
    file = folder / "people.csv"
    await asyncio.to_thread(write_people, file, people)
    scope = await a_program(database)
    async with watched(database) as watch:
        made, staging = await watch.during(_stage(database, file, scope))
        _, preparing = await watch.during(prepare(database, made.id, secrets.token_bytes))
        _, applying = await watch.during(
            step(database, made.id, by="bench", send=True, now=NOW, random=secrets.token_bytes)
        )
        _, registering = await watch.during(
            register(database, made.id, by="bench", send=True, now=NOW, random=secrets.token_bytes)
        )
        _, following = await watch.during(follow_up(database, made.id, now=NOW, random=secrets.token_bytes))
        _, resting = await watch.during(asyncio.sleep(0.5))
    return {
        "stage": staging,
        "prepare": preparing,
        "step": applying,
        "register": registering,
        "follow up": following,
        "rest": resting,
    }


async def _stage(database: Database, file: Path, scope: Scope) -> Import:
    return await stage(
        database,
        file,
        filename=file.name,
        scope=scope,
        role=Role.PARTICIPANT,
        by="bench",
        now=NOW,
        random=secrets.token_bytes,
    )


@asynccontextmanager
async def watched(database: Database) -> AsyncIterator[Watch]:
    """A session whose ledger is written to until the end."""
    session = await a_session(database)
    presence = await a_visitor(database, session.id)
    watch = Watch()

    async def write() -> None:
        here = presence
        while True:
            begun = time.perf_counter()
            here = await (leaves if here.attending else joins)(database, here, START)
            watch.events.append(time.perf_counter() - begun)
            watch.written.set()
            await asyncio.sleep(0.02)

    async def tick() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.005)
            watch.lags.append(time.perf_counter() - begun - 0.005)

    tasks = [asyncio.create_task(write()), asyncio.create_task(tick())]
    try:
        yield watch
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def write_people(file: Path, people: int) -> None:
    """A CSV file of people in no order."""
    dice = chance.Random(people)
    with file.open("w", newline="", encoding="utf-8") as opened:
        rows = csv.writer(opened)
        rows.writerow(HEADERS.values())
        for number in range(people):
            first, last = dice.choice(FIRST), dice.choice(LAST)
            mark = f"{dice.randrange(36**4):04x}{number}"
            email = f"{first}.{last}.{mark}@clinic.example".lower()
            phone = f"505-{dice.randrange(200, 999)}-{dice.randrange(10000):04}"
            site = f"Clinic {dice.randrange(1000)}"
            rows.writerow(
                [f"{first} {last} {mark}", email, phone, "Nurse", "RN", site, "NM", "Taos", "", "participant"]
            )


async def run(address: str, folder: Path, people: int) -> dict[str, Phase]:
    """Measures on a database of this address that has no tables yet."""
    await migrate_at(address)
    database = Database(address)
    try:
        return await measure(database, folder, people)
    finally:
        await database.close()


def main() -> None:
    """Prints a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.database != "postgresql":
            tell("SQLite", asyncio.run(run(sqlite_url(folder / "bench.db"), folder, asked.people)))
        if asked.database != "sqlite":
            cluster = Cluster()
            try:
                tell("PostgreSQL", asyncio.run(run(cluster.new(migrated=False), folder, asked.people)))
            finally:
                cluster.stop()


def tell(title: str, phases: dict[str, Phase]) -> None:
    """One table."""
    print(f"{title:12} {'seconds':>9} {'events':>8} {'longest event':>14} {'loop late by':>13}")
    for name, phase in phases.items():
        print(
            f"  {name:10} {phase.seconds:9.3f} {phase.events:8} {phase.longest_event:14.3f}"
            f" {phase.longest_lag:13.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
