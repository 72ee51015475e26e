"""Which calendar events a mailing brings to a registered person: a message for each, since iTIP allows one
UID a message. What they look like is read when they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from echo_session.domain.calendar_events import recurs
from echo_session.domain.mail import CALENDAR, MailKind
from echo_session.domain.mail_material import ALSO, EVERYTHING, MAX_EVENTS
from echo_session.domain.people import Registration
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session, Status
from echo_session.store.engine import Tx
from echo_session.store.series import to_part
from echo_session.store.sessions import get_session, to_session
from echo_session.store.tables import MailingRow, MailRow, SeriesPartRow, SeriesRow, SessionRow

__all__ = ["events_to_send", "kind_for", "parts_and_sessions"]


async def events_to_send(tx: Tx, mailing: MailingRow, registration: Registration, now: datetime) -> list[str]:
    """The ``part`` of each message to this person; an empty one brings no event. Never empty itself."""
    if MailKind(mailing.kind) not in CALENDAR:
        return [""]
    session_id = mailing.session_id or registration.session_id
    if session_id is not None:
        return await _of_session(tx, session_id, registration)
    part_ids = mailing.content.get("part_ids")
    parts, sessions = await parts_and_sessions(
        tx,
        series_id=mailing.series_id or registration.series_id,
        program_id=mailing.program_id or registration.program_id,
        part_ids=part_ids,
        now=now,
    )
    told = mailing.content.get("session_ids")
    first = mailing.kind == MailKind.INVITATION
    uids = _uids(parts, sessions, now, gone=set() if first else None if told is None else set(told))
    if len(uids) > MAX_EVENTS:
        return [EVERYTHING]
    return [uid if number == 0 else ALSO + uid for number, uid in enumerate(uids)] or [""]


async def parts_and_sessions(
    tx: Tx,
    *,
    series_id: str | None,
    program_id: str | None,
    now: datetime,
    part_ids: Sequence[str] | None = None,
) -> tuple[list[Part], list[Session]]:
    """The parts of a series, or of a whole program, with all their sessions, and the sessions without a part
    that are still to come. Parts whose sessions are all past are left out, unless they are asked for."""
    in_scope: list[ColumnElement[bool]] = []
    if series_id is not None:
        in_scope.append(SeriesPartRow.series_id == series_id)
    else:
        of_program = select(SeriesRow.id).where(SeriesRow.program_id == program_id)
        in_scope.append(SeriesPartRow.series_id.in_(of_program))
    if part_ids is not None:
        in_scope.append(SeriesPartRow.id.in_(part_ids))
    else:
        ahead = select(SessionRow.id).where(
            SessionRow.part_id == SeriesPartRow.id, SessionRow.starts_at > now
        )
        in_scope.append(ahead.correlate(SeriesPartRow).exists())
    query = select(SeriesPartRow).where(*in_scope).order_by(SeriesPartRow.series_id, SeriesPartRow.position)
    parts = [to_part(row) for row in await tx.scalars(query)]
    mine = SessionRow.series_id == series_id if series_id else SessionRow.program_id == program_id
    alone = (mine & SessionRow.part_id.is_(None)) & (SessionRow.starts_at > now)
    sessions = await tx.scalars(
        select(SessionRow)
        .where(SessionRow.kind == "session", or_(SessionRow.part_id.in_([part.id for part in parts]), alone))
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    return parts, [to_session(row) for row in sessions]


async def kind_for(tx: Tx, mailing: MailingRow, registration: Registration) -> MailKind:
    """To who comes to one session alone, a change of the series that drops it is its cancellation."""
    kind = MailKind(mailing.kind)
    if kind is not MailKind.UPDATE or mailing.session_id is not None or registration.session_id is None:
        return kind
    session = await get_session(tx, registration.session_id)
    return MailKind.CANCELLATION if session.status is Status.CANCELLED else kind


async def _of_session(tx: Tx, session_id: str, registration: Registration) -> list[str]:
    """The event that the session is now, and the one that it was when this registration was written to."""
    session = await get_session(tx, session_id)
    row = await tx.get(SeriesPartRow, session.part_id) if session.part_id else None
    part = to_part(row) if row is not None else None
    uid = part.uid if part is not None and recurs(part, session) else session.uid
    if registration.session_id is None or session.series_id is None:
        return [uid]
    query = (
        select(MailRow.part)
        .where(MailRow.registration_id == registration.id, MailRow.part.not_in(("", EVERYTHING)))
        .where(MailRow.part.not_like(f"{ALSO}%"))
        .order_by(MailRow.created_at.desc(), MailRow.id)
        .limit(1)
    )
    before = await tx.scalar(query)
    if before is None or before == uid:
        return [uid]
    return [before] if session.part_id is None else [uid, ALSO + before]


def _uids(
    parts: Sequence[Part], sessions: Sequence[Session], now: datetime, *, gone: set[str] | None
) -> list[str]:
    """Of parts with sessions to come first. What was called off before anybody heard of it is left out.

    Args:
        gone: sessions whose calling off is told of; an empty set: of nothing that was called off. None: all.
    """
    by_part: dict[str | None, list[Session]] = {}
    for session in sessions:
        by_part.setdefault(session.part_id, []).append(session)
    ranked: list[tuple[int, datetime, str]] = []
    for part in parts:
        mine = by_part.get(part.id, [])
        of_rule = [session for session in mine if recurs(part, session)]
        there = [session.starts_at for session in of_rule if session.status is not Status.CANCELLED]
        ahead = [at for at in there if at > now]
        if ahead or (gone != set() and (there or part.sequence > 0)):
            ranked.append((0 if ahead else 1, min(ahead or there or [now]), part.uid))
    known = {part.id: part for part in parts}
    for session in sessions:
        if session.starts_at <= now or recurs(known.get(session.part_id or ""), session):
            continue
        told = gone is None or session.id in gone
        never_there = session.sequence == 0 or not (session.part_id or session.moved_forward)
        if session.status is Status.CANCELLED and (never_there or not told):
            continue
        ranked.append((2, session.starts_at, session.uid))
    return [uid for _, _, uid in sorted(ranked)]
