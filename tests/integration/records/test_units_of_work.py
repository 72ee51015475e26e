"""Units of work lose nothing and refuse what would go wrong."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from echo_session.store.engine import SQLITE_CACHE_KIB, Database
from echo_session.store.errors import NestedUnitOfWork, UnsupportedDatabase
from echo_session.store.sessions import lock_session
from echo_session.store.tables import AccountRow, FactRow, SessionRow
from tests.database import SqliteFiles
from tests.integration.records.people import START, a_session


async def test_two_hundred_concurrent_increments_lose_nothing(database: Database) -> None:
    session = await a_session(database)
    async with database.read() as tx:
        before = await tx.scalar(select(SessionRow.event_seq))
    assert before is not None
    gate = asyncio.Semaphore(12)

    async def increment() -> None:
        async with gate, database.write() as tx:
            (await lock_session(tx, session.id)).event_seq += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            group.create_task(increment())
    async with database.read() as tx:
        assert await tx.scalar(select(SessionRow.event_seq)) == before + 200


async def test_an_error_of_the_database_names_nobody(database: Database) -> None:
    async with database.write() as tx:
        tx.add(FactRow(key="a", value="Clinic", at=START))
    async with database.read() as tx:
        tx.add(FactRow(key="a", value="Dr. Ana Ortiz", at=START))
        with pytest.raises(IntegrityError) as caught:
            await tx.flush()
    assert "Ortiz" not in str(caught.value)


async def test_two_processes_on_one_sqlite_file_lose_nothing(
    sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    address = sqlite_files.new(tmp_path_factory.mktemp("shared") / "echo-session.db")
    databases = [Database(address), Database(address)]
    async with databases[0].write() as tx:
        tx.add(FactRow(key="a", value="0", at=START))

    async def increment(database: Database) -> None:
        for _ in range(25):
            async with database.write() as tx:
                row = await tx.get_one(FactRow, "a")
                row.value = str(int(row.value) + 1)

    async with asyncio.TaskGroup() as group:
        for database in databases:
            group.create_task(increment(database))
    async with databases[1].read() as tx:
        assert (await tx.get_one(FactRow, "a")).value == "50"
    for database in databases:
        await database.close()


async def test_readers_go_on_while_somebody_writes(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        (await lock_session(tx, session.id)).title = "Not yet"
        await tx.flush()
        async with database.read() as other:
            assert (await other.get_one(SessionRow, session.id)).title == session.title


async def test_a_unit_of_work_inside_another_is_refused_instead_of_hanging(
    sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database(sqlite_files.new(tmp_path_factory.mktemp("nested") / "echo-session.db"))
    async with database.write():
        with pytest.raises(NestedUnitOfWork):
            async with database.write():
                pass
    async with database.write():
        pass
    await database.close()


async def test_connections_keep_few_pages_also_after_one_that_changed_much(
    sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database(sqlite_files.new(tmp_path_factory.mktemp("pages") / "echo-session.db"))
    pragma = text("PRAGMA cache_size")

    async def nothing(_connection: AsyncConnection) -> None:
        """There is nothing to make ready."""

    async with database.write_much(nothing) as much:
        assert await much.scalar(pragma) == -300_000
    async with database.read() as one, database.read() as two, database.write() as three:
        kept = [await tx.scalar(pragma) for tx in (one, two, three)]
    await database.close()
    assert kept == [-SQLITE_CACHE_KIB] * 3


async def test_an_instant_comes_back_aware_in_utc_to_the_microsecond(database: Database) -> None:
    there = datetime(2026, 11, 21, 16, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-7)))
    async with database.write() as tx:
        tx.add(AccountRow(id="acc_a", name="A", email="a@b.example", created_at=there))
    async with database.read() as tx:
        kept = (await tx.get_one(AccountRow, "acc_a")).created_at
    assert (kept, kept.tzinfo) == (there, UTC)


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime.fromisoformat("2026-11-21T16:00:00")
    with pytest.raises(StatementError, match="no time zone"):
        async with database.write() as tx:
            tx.add(AccountRow(id="acc_a", name="A", email="a@b.example", created_at=naive))


def test_another_kind_of_database_is_refused_with_what_is_supported() -> None:
    with pytest.raises(UnsupportedDatabase, match="postgresql://"):
        Database("mysql://root@localhost/echo")
