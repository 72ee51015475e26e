"""The audit log, read: who looked at, changed or exported what is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.tables import (
    AccountRow,
    ApiTokenRow,
    AuditRow,
    PersonRow,
    ProgramRow,
    SeriesRow,
    SessionRow,
)

Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries; empty or None means all."""

    actor: str = ""
    subject: str = ""
    action: str = ""
    """One of them, or the beginning of several, such as ``attendance``."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed."""

    id: str
    at: datetime
    actor: str
    actor_name: str
    """Empty where no account and no API token did it."""
    action: str
    subject: str
    subject_name: str
    """Empty where it has none, or is gone."""
    detail: str


async def list_audit(
    tx: Tx, wanted: AuditFilter, *, limit: int, after: Place | None = None
) -> tuple[list[AuditEntry], Place | None]:
    """A page, latest first, and where the next one begins."""
    actor_name = func.coalesce(AccountRow.name, ApiTokenRow.name, "")
    query = (
        select(AuditRow, actor_name)
        .outerjoin(AccountRow, AccountRow.id == AuditRow.actor)
        .outerjoin(ApiTokenRow, ApiTokenRow.id == AuditRow.actor)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
        .limit(limit + 1)
    )
    if wanted.actor:
        query = query.where(AuditRow.actor == wanted.actor)
    if wanted.subject:
        query = query.where(AuditRow.subject == wanted.subject)
    if wanted.action:
        query = query.where(AuditRow.action.startswith(wanted.action, autoescape=True))
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    if after is not None:
        at, entry_id = after
        query = query.where(or_(AuditRow.at < at, and_(AuditRow.at == at, AuditRow.id < entry_id)))
    rows = [(row, name) for row, name in await tx.execute(query)]
    names = await _subjects(tx, {row.subject for row, _ in rows[:limit]})
    page = [
        AuditEntry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_name=name,
            action=row.action,
            subject=row.subject,
            subject_name=names.get(row.subject, ""),
            detail=row.detail,
        )
        for row, name in rows[:limit]
    ]
    more = (page[-1].at, page[-1].id) if len(rows) > limit else None
    return page, more


async def _subjects(tx: Tx, ids: set[str]) -> dict[str, str]:
    """What these are called now."""
    names: dict[str, str] = {}
    for row_id, name in (
        (SessionRow.id, SessionRow.title),
        (SeriesRow.id, SeriesRow.title),
        (ProgramRow.id, ProgramRow.name),
        (PersonRow.id, PersonRow.name),
    ):
        found = await tx.execute(select(row_id, name).where(among(tx, row_id, ids)))
        names |= {row[0]: row[1] for row in found}
    return names
