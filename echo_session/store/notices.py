"""What happened by itself and a coordinator should know, until somebody has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import NoticeRow

MOST = 200
"""So many are listed; nobody reads more, and dismissing them shows the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know."""

    id: str
    kind: str
    title: str
    text: str
    created_at: datetime
    series_id: str | None
    session_ids: tuple[str, ...]


async def add_notice(
    tx: Tx,
    *,
    kind: str,
    title: str,
    text: str,
    series_id: str | None = None,
    session_ids: Sequence[str] = (),
    now: datetime,
    random: RandomBytes,
) -> None:
    """Has coordinators told, in the transaction that made it happen."""
    details = {"text": text, "series_id": series_id, "session_ids": list(session_ids)}
    row = NoticeRow(
        id=new_id(Prefix.NOTICE, random), kind=kind, at=now, title=title, details=details, dismissed_at=None
    )
    tx.add(row)
    await tx.flush()


async def list_notices(tx: Tx) -> list[Notice]:
    """Those that nobody has dismissed, latest first."""
    query = select(NoticeRow).where(NoticeRow.dismissed_at.is_(None))
    rows = await tx.scalars(query.order_by(NoticeRow.at.desc(), NoticeRow.id.desc()).limit(MOST))
    return [_to_notice(row) for row in rows]


async def dismiss_notice(tx: Tx, notice_id: str, *, now: datetime) -> None:
    """It has been read. Twice is once. Raises NotFound."""
    row = await tx.get(NoticeRow, notice_id)
    if row is None:
        raise NotFound(f"no notice {notice_id}")
    row.dismissed_at = row.dismissed_at or now
    await tx.flush()


def _to_notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        kind=row.kind,
        title=row.title,
        text=str(row.details.get("text", "")),
        created_at=row.at,
        series_id=row.details.get("series_id"),
        session_ids=tuple(row.details.get("session_ids", ())),
    )
