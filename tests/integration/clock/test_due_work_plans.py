"""How the database finds due work: by index, however many sessions are planned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database
from tests.database import SqliteFiles

from .samples import session_due

Statement = tuple[str, Any]


def notes(database: Database) -> list[Statement]:
    """Every SELECT from now on, with its values."""
    seen: list[Statement] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    return seen


@pytest.fixture
async def sqlite(sqlite_files: SqliteFiles, tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite alone: PostgreSQL reads a small table whole, whatever its indexes."""
    database = Database(sqlite_files.new(tmp_path / "echo-session.db"))
    yield database
    await database.close()


@pytest.mark.parametrize("analysed", [False, True])
async def test_no_look_at_due_work_reads_the_whole_table(sqlite: Database, analysed: bool) -> None:
    for _ in range(30):
        await session_due(sqlite, started_ago=timedelta(minutes=-60))
    if analysed:
        async with sqlite.write() as tx:
            await tx.execute(text("ANALYZE"))
    seen = notes(sqlite)
    store, now = DueWork(sqlite), datetime.now(UTC)
    await store.next_due()
    claim = await store.claim(now + timedelta(hours=2), now + timedelta(hours=3))
    assert claim is not None
    looks = list(seen)
    assert len(looks) >= 4
    async with sqlite.read() as tx:
        connection = await tx.connection()
        for statement, parameters in looks:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            assert not any(step.startswith("SCAN") for step in steps), (statement, steps)
