"""What is removed with time, class by class; a session's attendance as a whole, leaving a tombstone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from echo_session.domain.erasing import CREDIT_FLOOR, ERASED, Retention
from echo_session.domain.ids import RandomBytes
from echo_session.domain.sessions import Status
from echo_session.store import audit
from echo_session.store.engine import Database, Tx
from echo_session.store.erasures import finish_due, look_again
from echo_session.store.sessions import lock_session
from echo_session.store.tables import (
    AttendanceEditionRow,
    AttendanceEventRow,
    AttendanceRecordRow,
    AuditRow,
    CertificateRow,
    CheckInRow,
    ClaimRow,
    DeliveryRow,
    EvaluationRow,
    EventRow,
    GatheringRow,
    PersonRow,
    PresenceRow,
    PresenterRow,
    RegistrationRow,
    SessionRow,
    TombstoneRow,
)

__all__ = ["BY_CLOCK", "Removal", "list_removals", "remove_attendance", "retain"]

AT_A_TIME = 500
"""Rows in one transaction; of sessions one."""
BY_CLOCK = "retention"
"""Who removes what is old enough."""
REMOVED = "attendance.removed"
"""In the audit log."""

Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """That a session's attendance was removed."""

    session_id: str
    title: str
    starts_at: datetime | None
    links: int
    head: str
    people: int
    removed_at: datetime
    by: str
    reason: str


async def retain(
    database: Database, retention: Retention, *, now: datetime, random: RandomBytes
) -> dict[str, int]:
    """Removes what is old enough, a little at once; gives how many of each class."""
    removed = 0
    while await _remove_next(database, retention, now, random):
        removed += 1
    steps: dict[str, Callable[[Tx], Awaitable[int]]] = {
        "devices": lambda tx: _forget_devices(tx, now - retention.devices),
        "answers": lambda tx: _forget_answers(
            tx, now - retention.answers, now - max(retention.answers, CREDIT_FLOOR)
        ),
        "audit entries": lambda tx: _forget_audit(tx, now - retention.audit),
        "erased people": lambda tx: finish_due(tx, now=now, limit=AT_A_TIME),
    }
    done = {what: await _until_done(database, step) for what, step in steps.items()}
    async with database.write() as tx:
        await look_again(tx, now=now)
    return {"sessions' attendance": removed} | done


async def remove_attendance(
    tx: Tx, session_id: str, *, by: str, reason: str, now: datetime, random: RandomBytes
) -> Removal:
    """Removes all that is known of who was at a session, and leaves a tombstone: the only way there is.

    Triggers refuse to delete links of a session that has none. Raises NotFound.
    """
    session = await lock_session(tx, session_id)
    links = select(func.min(AttendanceEventRow.wall_utc), func.max(AttendanceEventRow.wall_utc))
    first_at, last_at = (await tx.execute(links.where(AttendanceEventRow.session_id == session_id))).one()
    people = await tx.scalar(
        select(func.count())
        .select_from(AttendanceRecordRow)
        .where(AttendanceRecordRow.session_id == session_id)
    )
    stone = TombstoneRow(
        session_id=session_id,
        links=session.ledger_seq,
        head=session.ledger_head,
        first_at=first_at,
        last_at=last_at,
        people=people or 0,
        removed_at=now,
        by=by,
        reason=reason,
    )
    tx.add(stone)
    await tx.flush()
    told = select(EventRow.id).where(EventRow.session_id == session_id)
    await _delete(tx, DeliveryRow, DeliveryRow.event_id.in_(told))
    for row in (
        EventRow,
        CertificateRow,
        ClaimRow,
        EvaluationRow,
        PresenterRow,
        CheckInRow,
        GatheringRow,
        AttendanceEditionRow,
        AttendanceRecordRow,
        AttendanceEventRow,
        PresenceRow,
    ):
        await _delete(tx, row, row.session_id == session_id)
    await audit.keep(tx, by, REMOVED, session_id, now=now, random=random, detail=reason)
    return _to_removal(stone, session)


async def list_removals(
    tx: Tx, *, limit: int, after: Place | None = None
) -> tuple[list[Removal], Place | None]:
    """A page, latest first, and where the next one begins."""
    query = (
        select(TombstoneRow, SessionRow)
        .outerjoin(SessionRow, SessionRow.id == TombstoneRow.session_id)
        .order_by(TombstoneRow.removed_at.desc(), TombstoneRow.session_id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        at, session_id = after
        query = query.where(
            or_(
                TombstoneRow.removed_at < at,
                and_(TombstoneRow.removed_at == at, TombstoneRow.session_id < session_id),
            )
        )
    found = [_to_removal(stone, session) for stone, session in await tx.execute(query)]
    more = (found[limit - 1].removed_at, found[limit - 1].session_id) if len(found) > limit else None
    return found[:limit], more


async def _remove_next(database: Database, retention: Retention, now: datetime, random: RandomBytes) -> bool:
    async with database.write() as tx:
        bears_credit = or_(
            exists().where(ClaimRow.session_id == SessionRow.id, ClaimRow.state == "claimed"),
            exists().where(CertificateRow.session_id == SessionRow.id, CertificateRow.revoked_at.is_(None)),
            exists().where(
                CertificateRow.series_id == SessionRow.series_id, CertificateRow.revoked_at.is_(None)
            ),
        )
        floor = now - max(retention.attendance, CREDIT_FLOOR)
        old = (
            select(SessionRow.id)
            .where(
                SessionRow.status == Status.CLOSED,
                SessionRow.kind == "session",
                SessionRow.starts_at < now - retention.attendance,
                SessionRow.closed_at < now - retention.attendance,
                or_(SessionRow.closed_at < floor, ~bears_credit),
                or_(SessionRow.ledger_seq > 0, exists().where(PresenceRow.session_id == SessionRow.id)),
                ~exists().where(TombstoneRow.session_id == SessionRow.id),
            )
            .order_by(SessionRow.starts_at, SessionRow.id)
            .limit(1)
        )
        session_id = await tx.scalar(old)
        if session_id is None:
            return False
        days = retention.attendance.days
        reason = f"older than {days} days"
        await remove_attendance(tx, session_id, by=BY_CLOCK, reason=reason, now=now, random=random)
        return True


async def _forget_devices(tx: Tx, before: datetime) -> int:
    """The names of devices in rooms that are over: the record of attendance has what is still needed."""
    old = (
        select(PresenceRow.connection_id)
        .join(SessionRow, SessionRow.id == PresenceRow.session_id)
        .where(
            SessionRow.status == Status.CLOSED,
            SessionRow.starts_at < before,
            SessionRow.closed_at < before,
            PresenceRow.name != ERASED,
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    ids = list(await tx.scalars(old.limit(AT_A_TIME)))
    nobody = {"name": ERASED, "site": "", "profession": "", "device": "", "secret_hash": ""}
    return await _change(tx, update(PresenceRow).where(PresenceRow.connection_id.in_(ids)).values(nobody))


async def _forget_answers(tx: Tx, before: datetime, floor: datetime) -> int:
    """What people answered when they registered, once what they registered for is over for so long.

    Of whoever has claimed credit since the floor they stay: the provider is told licence and board id.
    """
    sessions = select(SessionRow.id)
    lasting = (
        RegistrationRow.session_id.in_(sessions.where(SessionRow.starts_at >= before)),
        exists().where(SessionRow.series_id == RegistrationRow.series_id, SessionRow.starts_at >= before),
        exists().where(SessionRow.program_id == RegistrationRow.program_id, SessionRow.starts_at >= before),
    )
    old = select(RegistrationRow.id).where(
        RegistrationRow.created_at < before,
        func.length(cast(RegistrationRow.answers, Text)) > len("[]"),
        *(~one for one in lasting),
        ~_claimed_since(floor),
    )
    ids = list(await tx.scalars(old.order_by(RegistrationRow.id).limit(AT_A_TIME)))
    emptied = update(RegistrationRow).where(RegistrationRow.id.in_(ids)).values(answers=[])
    return await _change(tx, emptied)


def _claimed_since(floor: datetime) -> ColumnElement[bool]:
    """Of a registration: that whoever it is of has claimed credit since, under whichever of their records."""
    claimant, own = aliased(PersonRow), aliased(PersonRow)
    claimants = (
        select(func.coalesce(claimant.merged_into, claimant.id))
        .join(ClaimRow, ClaimRow.person_id == claimant.id)
        .where(ClaimRow.state == "claimed", ClaimRow.claimed_at >= floor)
    )
    return exists().where(
        own.id == RegistrationRow.person_id, func.coalesce(own.merged_into, own.id).in_(claimants)
    )


async def _forget_audit(tx: Tx, before: datetime) -> int:
    old = select(AuditRow.id).where(AuditRow.at < before).order_by(AuditRow.at, AuditRow.id).limit(AT_A_TIME)
    return await _delete(tx, AuditRow, AuditRow.id.in_(list(await tx.scalars(old))))


async def _until_done(database: Database, step: Callable[[Tx], Awaitable[int]]) -> int:
    total = 0
    while True:
        async with database.write() as tx:
            count = await step(tx)
        total += count
        if count < AT_A_TIME:
            return total


async def _delete(tx: Tx, row: type[Any], *which: Any) -> int:
    return await _change(tx, delete(row).where(*which))


async def _change(tx: Tx, statement: Any) -> int:
    found = await tx.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount", 0))


def _to_removal(stone: TombstoneRow, session: SessionRow | None) -> Removal:
    return Removal(
        session_id=stone.session_id,
        title=session.title if session else "",
        starts_at=session.starts_at if session else None,
        links=stone.links,
        head=stone.head,
        people=stone.people,
        removed_at=stone.removed_at,
        by=stone.by,
        reason=stone.reason,
    )
