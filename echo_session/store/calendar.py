"""The sessions of some weeks, as a calendar shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from echo_session.domain.sessions import Session
from echo_session.store.engine import Tx
from echo_session.store.sessions import to_session
from echo_session.store.tables import SessionRow


async def sessions_between(
    tx: Tx, begin: datetime, end: datetime, *, program_id: str | None = None, limit: int
) -> tuple[list[Session], bool]:
    """Sessions that start from ``begin`` to before ``end``, earliest first, and whether there are more."""
    query = select(SessionRow).where(
        SessionRow.kind == "session", SessionRow.starts_at >= begin, SessionRow.starts_at < end
    )
    if program_id is not None:
        query = query.where(SessionRow.program_id == program_id)
    query = query.order_by(SessionRow.starts_at, SessionRow.id).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return [to_session(row) for row in rows[:limit]], len(rows) > limit
