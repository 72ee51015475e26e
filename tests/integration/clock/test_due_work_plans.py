"""How the database finds due work: by index, however many sessions are planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database

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


@pytest.mark.parametrize("analysed", [False, True])
async def test_no_look_at_due_work_reads_the_whole_table(database: Database, analysed: bool) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads a small table whole whatever its indexes")
    for _ in range(30):
        await session_due(database, started_ago=timedelta(minutes=-60))
    if analysed:
        async with database.write() as tx:
            await tx.execute(text("ANALYZE"))
    seen = notes(database)
    store, now = DueWork(database), datetime.now(UTC)
    await store.next_due()
    claim = await store.claim(now + timedelta(hours=2), now + timedelta(hours=3))
    assert claim is not None
    looks = list(seen)
    assert len(looks) >= 4
    async with database.read() as tx:
        connection = await tx.connection()
        for statement, parameters in looks:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            assert not any(step.startswith("SCAN") for step in steps), (statement, steps)
