"""Each person's time in each closed session, kept ready for reports: a projection of the ledgers.

It can be made anew from them at any time. What it adds to them, and keeps, is where somebody worked and as
what they came at the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from echo_session.domain.attendance import Interval
from echo_session.domain.instants import rfc3339
from echo_session.domain.session_times import Attendee, SessionTimes
from echo_session.store.engine import Tx
from echo_session.store.tables import AttendanceRecordRow
from echo_session.store.times import times_of

__all__ = ["project", "records_of"]


async def project(tx: Tx, session_id: str) -> SessionTimes:
    """Makes the session's records what its ledger says; gives what they were made of. Raises NotFound."""
    times = await times_of(tx, session_id)
    await tx.execute(
        delete(AttendanceRecordRow)
        .where(AttendanceRecordRow.session_id == session_id)
        .execution_options(synchronize_session=False)
    )
    rows = [_row(session_id, one) for one in times.people]
    if rows:
        await tx.execute(insert(AttendanceRecordRow), rows)
    return times


async def records_of(tx: Tx, session_id: str) -> dict[str, dict[str, Any]]:
    """What is kept of everybody, by person."""
    table = AttendanceRecordRow.__table__
    query = select(table).where(AttendanceRecordRow.session_id == session_id)
    return {row["person_id"]: dict(row) for row in (await tx.execute(query)).mappings()}


def _row(session_id: str, one: Attendee) -> dict[str, Any]:
    time = one.time
    return {
        "session_id": session_id,
        "person_id": one.person_id,
        "role": one.role,
        "site_id": one.site_id,
        "site": one.site,
        "profession": one.profession,
        "first_at": time.first_at,
        "last_at": time.last_at,
        "here": time.here,
        "present_seconds": time.present_seconds,
        "counted_seconds": time.counted_seconds,
        "intervals": _kept(time.intervals),
        "counted": _kept(time.counted),
        "way": time.way.value,
        "corrected": time.corrected,
        "original_seconds": time.original_counted_seconds,
        "were": {who: asdict(was) for who, was in one.were.items()} if len(one.were) > 1 else {},
    }


def _kept(found: Iterable[Interval]) -> list[dict[str, Any]]:
    """In the words of the table."""
    return [
        {"from": rfc3339(one.joined_at), "until": rfc3339(one.until), "open": one.open, "way": one.way.value}
        for one in found
    ]
