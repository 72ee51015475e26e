"""Ledgers of the version before go on to the byte; `make ledger` does the same with a million events."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.ledger_fill import EVENTS, FIRST, PEOPLE, fill, session_id
from echo_session.store.attendance_report import report_of
from echo_session.store.engine import Database, sqlite_url
from echo_session.store.migrate import migrate
from echo_session.store.rebuilding import keep_records_of_old_sessions
from echo_session.store.verifying import verify_session
from tests.database import Cluster
from tests.integration.records.people import random

SESSIONS = 4


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_old_chains_verify_and_their_sessions_report_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        address = sqlite_url(tmp_path / "old.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.new(migrated=False)
    database = Database(address)
    await fill(database, SESSIONS)
    await migrate(database)
    async with database.read() as tx:
        from_ledger = await report_of(tx, session_id(1))
    assert await keep_records_of_old_sessions(database, now=FIRST, random=random) == SESSIONS
    async with database.read() as tx:
        from_records = await report_of(tx, session_id(1))
        for number in range(SESSIONS):
            verdict = await verify_session(tx, session_id(number))
            assert (verdict.intact, verdict.links) == (True, EVENTS)
    await database.close()
    assert len(from_records.people) == PEOPLE
    for one, two in zip(from_ledger.people, from_records.people, strict=True):
        assert one.time.intervals == two.time.intervals
        assert one.time.counted_seconds == two.time.counted_seconds
        assert one.time.present_seconds == (25 + 31) * 60, "two minutes lie between the two stays"
