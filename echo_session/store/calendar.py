"""The sessions of some weeks, as a calendar shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from echo_session.store.engine import Tx
from echo_session.store.tables import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSession:
    """What a calendar shows of a session: thousands of them are read at a time."""

    id: str
    title: str
    program_id: str | None
    series_id: str | None
    starts_at: datetime
    ends_at: datetime
    starts_local: datetime
    zone: str
    status: str
    moved_forward: bool
    changed_by_hand: list[str]


_COLUMNS = (
    SessionRow.id,
    SessionRow.title,
    SessionRow.program_id,
    SessionRow.series_id,
    SessionRow.starts_at,
    SessionRow.starts_local,
    SessionRow.duration_minutes,
    SessionRow.extended_minutes,
    SessionRow.zone,
    SessionRow.status,
    SessionRow.moved_forward,
    SessionRow.changed_by_hand,
)


async def sessions_between(
    tx: Tx, begin: datetime, end: datetime, *, program_id: str | None = None, limit: int
) -> tuple[list[CalendarSession], bool]:
    """Sessions that start from ``begin`` to before ``end``, earliest first, and whether there are more."""
    query = select(*_COLUMNS).where(
        SessionRow.kind == "session", SessionRow.starts_at >= begin, SessionRow.starts_at < end
    )
    if program_id is not None:
        query = query.where(SessionRow.program_id == program_id)
    query = query.order_by(SessionRow.starts_at, SessionRow.id).limit(limit + 1)
    rows = (await tx.execute(query)).all()
    found = [
        CalendarSession(
            id=row.id,
            title=row.title,
            program_id=row.program_id,
            series_id=row.series_id,
            starts_at=row.starts_at,
            ends_at=row.starts_at + timedelta(minutes=row.duration_minutes + row.extended_minutes),
            starts_local=row.starts_local,
            zone=row.zone,
            status=row.status,
            moved_forward=row.moved_forward,
            changed_by_hand=row.changed_by_hand,
        )
        for row in rows[:limit]
    ]
    return found, len(rows) > limit
