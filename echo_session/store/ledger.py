"""Writing the attendance ledger: event, presence and outbox in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import func, select

from echo_session.domain import events
from echo_session.domain.attendance import STARTS, fold, open_stays
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.ledger import Entry, Kind, Link, seal
from echo_session.domain.presence import Instant, Presence
from echo_session.domain.sessions import Status
from echo_session.store.engine import Tx
from echo_session.store.events import append_event
from echo_session.store.people import get_person
from echo_session.store.presence import put_presence
from echo_session.store.sessions import lock_session
from echo_session.store.tables import AttendanceEventRow, RegistrationRow, SessionRow

_LINK = tuple(field.name for field in fields(Link))
_ENTRY = tuple(field.name for field in fields(Entry))


async def record(
    tx: Tx,
    presence: Presence,
    kind: Kind,
    at: Instant,
    *,
    source: str,
    random: RandomBytes,
    by: str = "",
    reason: str = "",
) -> bool:
    """Appends one event of a connection's stay ``presence.spell``, and tells the scheduling system when the
    person comes with their first device or goes with their last.

    The presence row becomes ``presence``, with its stay open or closed as the kind says. The same connection,
    kind and spell again changes nothing.

    Args:
        at: the packet that proves it: the first of the stay, or the last.
        source: who says so, such as ``transport``, ``click``, ``facilitator``, ``closing``.
        by: id of whoever ordered it, if anybody did.

    Returns:
        False where it had been recorded before, or nobody comes any more since the session is over.
    """
    session = await lock_session(tx, presence.session_id)
    theirs = await chain(tx, session.id, presence.person_id)
    if any(_same(link, presence, kind) for link in theirs):
        return False
    if kind in STARTS and session.status == Status.CLOSED:
        return False
    was_here = bool(open_stays(theirs))
    entry = await _entry(tx, presence, kind, at, source, by, reason, random)
    theirs.append(await _append(tx, session, entry))
    is_open = (presence.connection_id, presence.spell) in open_stays(theirs)
    await put_presence(tx, replace(presence, attending=is_open, seen=_later(presence.seen, at)))
    is_here = bool(open_stays(theirs))
    if is_here and not was_here:
        await _tell_joined(tx, session, presence, at, random)
    elif was_here and not is_here:
        await _tell_left(tx, session, presence, theirs, at, random)
    return True


async def chain(tx: Tx, session_id: str, person_id: str | None = None) -> list[Link]:
    """The session's chain in order, or one person's links in it."""
    query = select(AttendanceEventRow).where(AttendanceEventRow.session_id == session_id)
    if person_id is not None:
        query = query.where(AttendanceEventRow.person_id == person_id)
    return _links(await tx.scalars(query.order_by(AttendanceEventRow.position)))


def _same(link: Link, presence: Presence, kind: Kind) -> bool:
    told = (link.connection_id, link.seq, link.kind)
    return told == (presence.connection_id, presence.spell, kind)


async def _entry(
    tx: Tx,
    presence: Presence,
    kind: Kind,
    at: Instant,
    source: str,
    by: str,
    reason: str,
    random: RandomBytes,
) -> Entry:
    registration = None
    if presence.registration_id is not None:
        registration = await tx.get(RegistrationRow, presence.registration_id)
    return Entry(
        event_id=new_id(Prefix.ATTENDANCE, random),
        session_id=presence.session_id,
        person_id=presence.person_id,
        connection_id=presence.connection_id,
        epoch=registration.epoch if registration else 0,
        incarnation=presence.incarnation,
        boot_id=at.boot_id,
        seq=presence.spell,
        kind=kind,
        wall_utc=at.wall_utc,
        boottime_ns=at.boottime_ns,
        source=source,
        by=by,
        reason=reason,
    )


async def _append(tx: Tx, session: SessionRow, entry: Entry) -> Link:
    position = session.ledger_seq + 1
    sealed = seal(entry, position, session.ledger_head)
    written = {name: getattr(entry, name) for name in _ENTRY}
    link = Link(**written, position=position, prev_hash=session.ledger_head, hash=sealed)
    tx.add(AttendanceEventRow(**_written(link)))
    session.ledger_seq, session.ledger_head = position, sealed
    await tx.flush()
    return link


async def _tell_joined(
    tx: Tx, session: SessionRow, presence: Presence, at: Instant, random: RandomBytes
) -> None:
    person = await get_person(tx, presence.person_id)
    data = events.participant_joined(session.id, session.title, person, presence.role, at.wall_utc)
    await append_event(tx, session.id, events.PARTICIPANT_JOINED, data, at.wall_utc, random=random)


async def _tell_left(
    tx: Tx, session: SessionRow, presence: Presence, theirs: list[Link], at: Instant, random: RandomBytes
) -> None:
    person = await get_person(tx, presence.person_id)
    anchors = await _anchors(tx, session.id, {link.boot_id for link in theirs})
    stay = fold(theirs, anchors=anchors)[person.id][-1]
    data = events.participant_left(session.id, session.title, person, presence.role, stay)
    await append_event(tx, session.id, events.PARTICIPANT_LEFT, data, at.wall_utc, random=random)


async def _anchors(tx: Tx, session_id: str, boots: Collection[str]) -> list[Link]:
    firsts = (
        select(func.min(AttendanceEventRow.position))
        .where(AttendanceEventRow.session_id == session_id, AttendanceEventRow.boot_id.in_(boots))
        .group_by(AttendanceEventRow.boot_id)
    )
    query = select(AttendanceEventRow).where(
        AttendanceEventRow.session_id == session_id, AttendanceEventRow.position.in_(firsts)
    )
    return _links(await tx.scalars(query))


def _links(rows: Iterable[AttendanceEventRow]) -> list[Link]:
    return [_read(row) for row in rows]


def _read(row: AttendanceEventRow) -> Link:
    told = {name: getattr(row, name) for name in _LINK}
    return Link(**told | {"kind": Kind(row.kind), "person_id": row.person_id or ""})


def _written(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in _LINK} | {"person_id": link.person_id or None}


def _later(seen: Instant | None, at: Instant) -> Instant:
    if seen is not None and seen.boot_id == at.boot_id and seen.boottime_ns > at.boottime_ns:
        return seen
    return at
