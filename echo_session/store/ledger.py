"""Writing the attendance ledger: event, presence and outbox in one transaction."""

from __future__ import annotations

from dataclasses import replace

from echo_session.domain import events
from echo_session.domain.attendance import STARTS, fold, open_stays
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.ledger import Entry, Kind, Link
from echo_session.domain.presence import Instant, Presence
from echo_session.domain.sessions import Status
from echo_session.store.chain import anchors, append, chain
from echo_session.store.engine import Tx
from echo_session.store.events import append_event
from echo_session.store.people import get_person
from echo_session.store.presence import put_presence
from echo_session.store.sessions import lock_session
from echo_session.store.tables import RegistrationRow, SessionRow

__all__ = ["chain", "record"]


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
    theirs.append(await append(tx, session, entry))
    is_open = (presence.connection_id, presence.spell) in open_stays(theirs)
    await put_presence(tx, replace(presence, attending=is_open, seen=_later(presence.seen, at)))
    is_here = bool(open_stays(theirs))
    if is_here and not was_here:
        await _tell_joined(tx, session, presence, at, random)
    elif was_here and not is_here:
        await _tell_left(tx, session, presence, theirs, at, random)
    return True


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
    placed = await anchors(tx, session.id, {link.boot_id for link in theirs})
    stay = fold(theirs, anchors=placed)[person.id][-1]
    data = events.participant_left(session.id, session.title, person, presence.role, stay)
    await append_event(tx, session.id, events.PARTICIPANT_LEFT, data, at.wall_utc, random=random)


def _later(seen: Instant | None, at: Instant) -> Instant:
    if seen is not None and seen.boot_id == at.boot_id and seen.boottime_ns > at.boottime_ns:
        return seen
    return at
