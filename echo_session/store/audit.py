"""Who looked at what is personal, and who changed what several people change."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import AccountRow, ApiTokenRow, AuditRow

READ_ATTENDANCE = "attendance.read"
READ_REGISTRATIONS = "registrations.read"
READ_EVENTS = "events.read"
REFUSED_URL = "webhook_endpoint.url_refused"
READ_CREDIT = "credit.read"
CHANGED_CREDIT = "credit.changed"
EXPORTED_REPORT = "report.exported"
READ_CERTIFICATES = "certificates.read"
ISSUED_CERTIFICATES = "certificates.issued"
REVOKED_CERTIFICATE = "certificate.revoked"
CHANGED_SESSION = "session.changed"
CHANGED_SERIES = "series.changed"
CHANGED_PROGRAM = "program.changed"

ONE_DEED = timedelta(minutes=1)
"""A console that refreshes its list all the time looks once a minute."""


async def note(
    tx: Tx, actor_id: str, action: str, subject: str, *, now: datetime, random: RandomBytes, detail: str = ""
) -> None:
    """Keeps that this actor did this to that; the same again within a minute is one deed."""
    recent = select(AuditRow.id).where(
        AuditRow.actor == actor_id,
        AuditRow.action == action,
        AuditRow.subject == subject,
        AuditRow.detail == detail,
        AuditRow.at > now - ONE_DEED,
    )
    if await tx.scalar(recent.limit(1)) is not None:
        return
    await keep(tx, actor_id, action, subject, now=now, random=random, detail=detail)


async def keep(
    tx: Tx, actor_id: str, action: str, subject: str, *, now: datetime, random: RandomBytes, detail: str = ""
) -> None:
    """The same, each time."""
    tx.add(
        AuditRow(
            id=new_id(Prefix.AUDIT, random),
            at=now,
            actor=actor_id,
            action=action,
            subject=subject,
            detail=detail,
        )
    )
    await tx.flush()


async def last(tx: Tx, action: str, subject: str) -> tuple[str, datetime] | None:
    """Who did this to that last, by name, and when; None where nobody is known to have done it."""
    query = (
        select(func.coalesce(AccountRow.name, ApiTokenRow.name), AuditRow.at)
        .outerjoin(AccountRow, AccountRow.id == AuditRow.actor)
        .outerjoin(ApiTokenRow, ApiTokenRow.id == AuditRow.actor)
        .where(AuditRow.subject == subject, AuditRow.action == action)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None or row[0] is None else (row[0], row[1])
