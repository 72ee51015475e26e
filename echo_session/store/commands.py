"""What may be done to a session. Each is part of the unit of work that it is given, and changes everything
that goes with it: state, ledger, outbox and due work.

The runner of due work ends its claim in the same unit of work, and before it calls one of these: what
happened stays, what is not wanted any more is cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from echo_session.domain import events, sessions
from echo_session.domain.attendance import open_stays
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.ledger import Kind
from echo_session.domain.mail import MailKind
from echo_session.domain.presence import Instant
from echo_session.domain.session_words import what_changed
from echo_session.domain.sessions import Change, Draft, Session
from echo_session.store.attendance import attendance_of
from echo_session.store.editions import tell_ready
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict
from echo_session.store.events import append_event
from echo_session.store.ledger import chain, record
from echo_session.store.mailings import queue_mailing
from echo_session.store.presence import live, of_session, put_presence
from echo_session.store.replan import plan_work
from echo_session.store.sessions import (
    add_session,
    forget_practice_rooms,
    index_session,
    keep,
    lock_session,
    to_session,
)
from echo_session.store.tables import ProgramRow, SeriesPartRow, SeriesRow, SessionRow
from echo_session.store.tell import tell_sessions

PRACTICE_KEPT = timedelta(days=1)
"""How long a practice room's row outlives it."""


async def create_session(tx: Tx, draft: Draft, *, now: datetime, random: RandomBytes) -> Session:
    """A new session, with the work that opens and closes its room. Raises InvalidFields."""
    if draft.program_id is not None:
        await check_program(tx, draft.program_id)
    session = sessions.create(draft, now=now, random=random)
    add_session(tx, session)
    await tx.flush()
    await index_session(tx, session)
    await plan_work(tx, session, now=now, random=random)
    await tell_sessions(tx, [(None, session)], now=now, random=random)
    return session


async def create_practice(tx: Tx, *, now: datetime, random: RandomBytes) -> Session:
    """A practice room, open at once; only its closing is planned. Old ones are forgotten."""
    await forget_practice_rooms(tx, now - PRACTICE_KEPT)
    session = sessions.practice(now=now, random=random)
    add_session(tx, session)
    await tx.flush()
    await plan_work(tx, session, now=now, random=random)
    return session


async def change_session(
    tx: Tx,
    session_id: str,
    wanted: Change,
    *,
    now: datetime,
    random: RandomBytes,
    revision: int | None = None,
    notify: bool = False,
) -> Session:
    """The changed session; its due work moves with it.

    Args:
        revision: what the asker took the session for; None asks for no check.
        notify: people who are registered are told, where it concerns them.

    Raises:
        NotFound, Conflict, InvalidFields, NotPossible.
    """
    row = await lock_session(tx, session_id)
    check_revision(row, revision)
    before = to_session(row)
    session = await _above_part(tx, before, sessions.change(before, wanted, now=now))
    session = await _keep(tx, row, session, now=now, random=random)
    await index_session(tx, session)
    what = what_changed(before, session)
    if notify and what:
        content: dict[str, Any] = {"what": what}
        if session.starts_at != before.starts_at:
            content["moved"] = [before.starts_at.isoformat(), session.starts_at.isoformat()]
        await _tell(tx, session, MailKind.UPDATE, content, now=now, random=random)
    await tell_sessions(tx, [(before, session)], now=now, random=random)
    return session


async def open_session(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> Session:
    """Opens the room, and says so. One that is open stays as it is. Raises NotFound, NotPossible."""
    row = await lock_session(tx, session_id)
    before = to_session(row)
    if before.status is sessions.Status.OPEN:
        return before
    session = await _keep(tx, row, sessions.open_room(before, now=now), now=now, random=random)
    data = events.session_opened(session)
    await append_event(tx, session_id, events.SESSION_OPENED, data, now, random=random)
    return session


async def extend_session(
    tx: Tx, session_id: str, minutes: int, *, now: datetime, random: RandomBytes
) -> Session:
    """Moves the planned end of an open session. Raises NotFound, InvalidFields, NotPossible."""
    row = await lock_session(tx, session_id)
    before = to_session(row)
    session = await _keep(tx, row, sessions.extend(before, minutes), now=now, random=random)
    await tell_sessions(tx, [(before, session)], now=now, random=random)
    return session


async def cancel_session(
    tx: Tx,
    session_id: str,
    *,
    reason: str = "",
    notify: bool = False,
    now: datetime,
    random: RandomBytes,
) -> Session:
    """Calls a scheduled session off. Raises NotFound, InvalidFields, NotPossible."""
    row = await lock_session(tx, session_id)
    before = to_session(row)
    session = await _above_part(tx, before, sessions.cancel(before, reason))
    session = await _keep(tx, row, session, now=now, random=random)
    if notify:
        content = {"reason": session.cancel_reason}
        await _tell(tx, session, MailKind.CANCELLATION, content, now=now, random=random)
    await tell_sessions(tx, [(before, session)], now=now, random=random)
    return session


async def restore_session(
    tx: Tx, session_id: str, *, notify: bool = False, now: datetime, random: RandomBytes
) -> Session:
    """Takes the calling off back. Raises NotFound, InvalidFields, NotPossible."""
    row = await lock_session(tx, session_id)
    before = to_session(row)
    if before.part_id is not None and before.series_id is not None:
        series = await tx.get(SeriesRow, before.series_id)
        if series is not None and series.status == "cancelled":
            raise NotPossible("The whole series of this session is cancelled. Restore the series.")
    session = await _above_part(tx, before, sessions.restore(before, now=now))
    session = await _keep(tx, row, session, now=now, random=random)
    if notify:
        await _tell(tx, session, MailKind.RESTORED, {}, now=now, random=random)
    await tell_sessions(tx, [(before, session)], now=now, random=random)
    return session


async def renew_public_link(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> Session:
    """Makes the public link, and all before it void. Raises NotFound, NotPossible."""
    row = await lock_session(tx, session_id)
    return await _keep(tx, row, sessions.new_public_link(to_session(row)), now=now, random=random)


async def close_session(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> Session:
    """Ends a session, and tells who was there. One that is closed stays as it is.

    Whoever's stay is still open, since their leave was never reported, leaves when last seen.

    Raises:
        NotFound, NotPossible.
    """
    row = await lock_session(tx, session_id)
    before = to_session(row)
    if before.status is sessions.Status.CLOSED:
        return before
    session = sessions.close(before, now=now)
    if session.kind == "session":
        await _end_stays(tx, session, random)
    for presence in await live(tx, session_id):
        await put_presence(tx, replace(presence, state="left"))
    session = await _keep(tx, row, session, now=now, random=random)
    if session.kind == "session":
        people = await attendance_of(tx, session_id)
        data = events.session_closed(session, people, row.ledger_seq, row.ledger_head)
        await append_event(tx, session_id, events.SESSION_CLOSED, data, now, random=random)
        await tell_ready(tx, session, now, random)
    return session


async def _end_stays(tx: Tx, session: Session, random: RandomBytes) -> None:
    known = {presence.connection_id: presence for presence in await of_session(tx, session.id)}
    for (connection_id, spell), link in open_stays(await chain(tx, session.id)).items():
        presence = replace(known[connection_id], spell=spell, state="left")
        seen = Instant(link.wall_utc, link.boottime_ns, link.boot_id)
        if known[connection_id].spell == spell:
            seen = presence.seen or seen
        await record(
            tx, presence, Kind.LEFT, seen, source="closing", reason="the session ended", random=random
        )


def check_revision(row: SessionRow, revision: int | None) -> None:
    """Raises Conflict where the session is not the one that the asker took it for."""
    if revision is not None and revision != row.revision:
        raise Conflict(f"the session is at revision {row.revision}, not {revision}; read it again")


async def check_program(tx: Tx, program_id: str) -> None:
    """Raises InvalidFields where nothing new can belong to this program.

    Nobody puts it away, or changes when it reminds, until the unit of work ends.
    """
    row = await tx.get(ProgramRow, program_id, with_for_update={"read": True}, populate_existing=True)
    if row is None:
        problem = FieldProblem("program_id", "is no program", "the id of a program")
    elif row.archived_at is not None:
        problem = FieldProblem("program_id", "is put away", "a program in use; restore this one first")
    else:
        return
    raise InvalidFields([problem])


async def _above_part(tx: Tx, before: Session, after: Session) -> Session:
    """An exception to a recurring event must not look older than the event (RFC 5546 section 2.1.5).

    The part counts on, so that under its UID no SEQUENCE ever comes twice or falls, whichever is told of.
    """
    if after is before or after.part_id is None:
        return after
    part = await tx.get(
        SeriesPartRow, after.part_id, with_for_update={"key_share": True}, populate_existing=True
    )
    assert part is not None, "a reference"
    part.sequence = max(after.sequence, part.sequence + 1)
    return replace(after, sequence=part.sequence)


async def _tell(
    tx: Tx,
    session: Session,
    kind: MailKind,
    content: Mapping[str, Any],
    *,
    now: datetime,
    random: RandomBytes,
) -> None:
    await queue_mailing(
        tx,
        kind=kind,
        now=now,
        random=random,
        program_id=session.program_id,
        series_id=session.series_id,
        session_id=session.id,
        content=content,
    )


async def _keep(tx: Tx, row: SessionRow, session: Session, *, now: datetime, random: RandomBytes) -> Session:
    keep(row, session)
    await tx.flush()
    await plan_work(tx, session, now=now, random=random)
    return session
