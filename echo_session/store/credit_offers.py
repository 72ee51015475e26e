"""Telling those who were there by mail that they can evaluate and claim: once each, soon after the end.

Whoever a coordinator matches later is told then. Nobody is who is not matched: what a visitor said of
themselves, an address too, nobody has looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.sessions import Status
from echo_session.store.credit_plans import plan_of
from echo_session.store.engine import Tx
from echo_session.store.mailings import queue_mailing
from echo_session.store.session_credit import offers_of
from echo_session.store.sessions import lock_session, to_session
from echo_session.store.tables import AttendanceRecordRow, MailingRow, MailRow, PersonRow, SessionRow

__all__ = ["offer_credit", "offer_to_newly_matched", "people_to_tell"]


async def offer_credit(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> str:
    """Queues the mail to everybody who was there; gives the outcome in words.

    Raises:
        NotFound: there is no such session.
    """
    row = await lock_session(tx, session_id)
    why = await _why_not(tx, row, now)
    if why:
        return f"nothing to offer: {why}"
    if await _offered(tx, session_id):
        return "offered before"
    return f"queued as {await _queue(tx, row, now, random)}"


async def offer_to_newly_matched(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """The same for whom that mail did not reach, since nobody knew yet who they were."""
    if not await _offered(tx, session_id):
        return
    row = await lock_session(tx, session_id)
    if not await _why_not(tx, row, now) and await people_to_tell(tx, session_id, after="", limit=1):
        await _queue(tx, row, now, random)


async def people_to_tell(tx: Tx, session_id: str, *, after: str, limit: int) -> list[str]:
    """Ids, after this one, of matched people whose time counts and to whom nobody has written about it."""
    query = (
        select(PersonRow.id)
        .join(AttendanceRecordRow, AttendanceRecordRow.person_id == PersonRow.id)
        .where(
            AttendanceRecordRow.session_id == session_id,
            AttendanceRecordRow.counted_seconds > 0,
            PersonRow.id > after,
            PersonRow.matched,
            PersonRow.merged_into.is_(None),
            PersonRow.erased_at.is_(None),
            ~_told(session_id),
        )
        .order_by(PersonRow.id)
        .limit(limit)
    )
    return list(await tx.scalars(query))


async def _why_not(tx: Tx, row: SessionRow, now: datetime) -> str:
    session = to_session(row)
    if session.status is not Status.CLOSED or session.closed_at is None:
        return f"the session is {session.status}"
    if session.finalised_at is None:
        return "its attendance record was not verified"
    if session.program_id is None:
        return "it belongs to no program"
    plan = await plan_of(tx, session.program_id)
    if now >= plan.closes_at(session.closed_at):
        return "the time for claiming is over"
    offers = await offers_of(tx, session)
    if not plan.evaluation and not plan.certificate.on and not any(offer.offered for offer in offers):
        return "its program asks for nothing and gives nothing"
    return ""


def _told(session_id: str) -> ColumnElement[bool]:
    """Somebody has written to this person, under any of their rows."""
    other = aliased(PersonRow)
    same = or_(other.id == PersonRow.id, other.merged_into == PersonRow.id)
    return exists(
        select(MailRow.id)
        .join(MailingRow, MailingRow.id == MailRow.mailing_id)
        .join(other, other.id == MailRow.person_id)
        .where(_of(session_id), same)
        .correlate(PersonRow)
    )


def _of(session_id: str) -> ColumnElement[bool]:
    return and_(MailingRow.session_id == session_id, MailingRow.kind == MailKind.CREDIT.value)


async def _offered(tx: Tx, session_id: str) -> bool:
    found: int | None = await tx.scalar(select(func.count()).select_from(MailingRow).where(_of(session_id)))
    return bool(found)


async def _queue(tx: Tx, row: SessionRow, now: datetime, random: RandomBytes) -> Any:
    return await queue_mailing(
        tx,
        kind=MailKind.CREDIT,
        now=now,
        random=random,
        program_id=row.program_id,
        series_id=row.series_id,
        session_id=row.id,
    )
