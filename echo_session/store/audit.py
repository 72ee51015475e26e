"""Who looked at what is personal."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import AuditRow

READ_ATTENDANCE = "attendance.read"
READ_REGISTRATIONS = "registrations.read"

ONE_DEED = timedelta(minutes=1)
"""A console that refreshes its list all the time looks once a minute."""


async def note(
    tx: Tx, actor_id: str, action: str, subject: str, *, now: datetime, random: RandomBytes
) -> None:
    """Keeps that this actor did this to that; the same again within a minute is one deed."""
    recent = select(AuditRow.id).where(
        AuditRow.actor == actor_id,
        AuditRow.action == action,
        AuditRow.subject == subject,
        AuditRow.at > now - ONE_DEED,
    )
    if await tx.scalar(recent.limit(1)) is not None:
        return
    tx.add(AuditRow(id=new_id(Prefix.AUDIT, random), at=now, actor=actor_id, action=action, subject=subject))
    await tx.flush()
