"""Claims of many years in one file, read a few at a time."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy import insert

from echo_session.domain.credit_types import CreditTypeDraft
from echo_session.store import claim_export
from echo_session.store.credit_types import create_type
from echo_session.store.engine import Database, Tx
from echo_session.store.tables import ClaimRow
from tests.integration.records.people import START, a_session, random, visitors
from tests.integration.records.test_series_commands import made

FEW, MANY = 5, 12


async def test_claims_are_read_a_few_at_a_time_however_many_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_export, "AT_A_TIME", FEW, raising=False)
    program_id = (await made(database)).series.program_id
    session = await a_session(database)
    people = await visitors(database, session.id, MANY)
    async with database.write() as tx:
        draft = CreditTypeDraft(name="AMA", provider="UNM")
        kind = await create_type(tx, program_id, draft, now=START, random=random)
        claims = [_claim(number, session.id, one.person_id, kind.id) for number, one in enumerate(people)]
        await tx.execute(insert(ClaimRow), claims)
    async with database.read() as tx:
        if database.is_sqlite:
            await _take_so_many_values(tx, 2 * FEW + 4)
        found = await claim_export.exported_claims(tx, state="claimed")
    assert [one.name for one in found] == sorted((one.name for one in people), key=str.casefold)
    assert {one.edition for one in found} == {0}


async def _take_so_many_values(tx: Tx, most: int) -> None:
    """SQLite takes 32,766 in one statement; there may be more claims."""
    driver: Any = (await (await tx.connection()).get_raw_connection()).driver_connection
    await driver._execute(driver._conn.setlimit, sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, most)


def _claim(number: int, session_id: str, person_id: str, type_id: str) -> dict[str, Any]:
    return {
        "id": f"clm_{number}",
        "session_id": session_id,
        "person_id": person_id,
        "credit_type_id": type_id,
        "state": "claimed",
        "minutes": 60,
        "credit": "1.00",
        "counted_seconds": 3600,
        "attestation": "I was there.",
        "claimed_at": START,
        "basis": {"edition": 0},
        "history": [],
        "revision": 1,
    }
