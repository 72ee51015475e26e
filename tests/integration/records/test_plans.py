"""No query of a request reads all of a table that grows: the databases say so themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bench.records_fill import fill
from bench.records_requests import requests
from bench.records_size import NOW, SMALL
from echo_session.store import search
from echo_session.store.engine import Database, Tx
from tests.integration.api.service import Service
from tests.integration.records.plans import growing_steps, recorded


async def filled(database: Database) -> None:
    """A small database whose planner believes that it is a large one. SQLite believes so of all."""
    await fill(database, SMALL)
    if not database.is_sqlite:
        async with database.write() as tx:
            await tx.execute(text("UPDATE pg_class SET reltuples = reltuples * 1000 WHERE reltuples > 0"))


async def by_index(tx: Tx) -> None:
    """Has PostgreSQL leave out the ways in which it would rather read a small table as a whole."""
    if (await tx.connection()).dialect.name == "postgresql":
        for way in ("seqscan", "hashjoin", "mergejoin"):
            await tx.execute(text(f"SET LOCAL enable_{way} = off"))


async def test_no_request_reads_all_of_a_table_that_grows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(database)
    service = Service(database)
    service.rooms.now = NOW
    await service.start()
    found: dict[str, list[str]] = {}
    # In a large database some words are common; in a small one, only where less is called so.
    for few in (search.FEW, 10):
        monkeypatch.setattr(search, "FEW", few)
        for name, path in requests(SMALL):
            if few == 10 and "search=" not in path:
                continue
            service.seconds += 3600
            with recorded(database) as statements:
                reply = await service.ask("GET", path)
            assert reply.status == 200, f"{path}: {reply.json}"
            async with database.read() as tx:
                connection = await tx.connection()
                await by_index(tx)
                for statement in statements:
                    steps = await connection.run_sync(growing_steps, statement)
                    if steps:
                        found[f"{name}: {' '.join(statement[0].split())[:300]}"] = steps
    await service.stop()
    assert found == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM person WHERE profession = 'Nurse' LIMIT 5",
        "SELECT count(*) FROM registration",
        "SELECT id FROM person ORDER BY profession LIMIT 5",
    ],
)
async def test_a_query_without_an_index_is_noticed(database: Database, statement: str) -> None:
    await filled(database)
    async with database.read() as tx:
        connection = await tx.connection()
        await by_index(tx)
        assert await connection.run_sync(growing_steps, (statement, () if database.is_sqlite else None))
