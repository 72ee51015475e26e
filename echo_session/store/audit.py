"""Who looked at what is personal."""

from __future__ import annotations

from datetime import datetime

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import AuditRow

READ_ATTENDANCE = "attendance.read"


async def note(
    tx: Tx, actor_id: str, action: str, subject: str, *, now: datetime, random: RandomBytes
) -> None:
    """Keeps that this actor did this to that."""
    tx.add(AuditRow(id=new_id(Prefix.AUDIT, random), at=now, actor=actor_id, action=action, subject=subject))
    await tx.flush()
