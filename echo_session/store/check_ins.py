"""People in front of a shared device: who may be, who is, and when they went.

Each change writes its link into the session's ledger, and tells other systems, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest

from sqlalchemy import func, select

from echo_session.domain.errors import NotPossible
from echo_session.domain.gatherings import CheckIn, Gathering, Way, Why
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.ledger import Kind
from echo_session.domain.presence import Instant
from echo_session.domain.sessions import Status
from echo_session.store import check_in_events
from echo_session.store.accounts import digest
from echo_session.store.chain import write_link
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.gatherings import to_check_in
from echo_session.store.merges import survivors
from echo_session.store.sessions import lock_session
from echo_session.store.tables import AttendanceEventRow, CheckInRow, SessionRow

MOST_TOGETHER = 60
"""People in front of one device at a time."""
ONE_ANSWER = timedelta(minutes=1)
"""Who says so twice within it has said it once."""


async def check_in(
    tx: Tx,
    gathering: Gathering,
    person_id: str,
    way: Way,
    *,
    at: Instant,
    random: RandomBytes,
    by: str = "",
    reason: str = "",
    secret: str = "",
) -> CheckIn:
    """Somebody is in front of the device from now on. Who is already, be it under another name, stays checked
    in as before.

    Args:
        by: id of the device's person, or of whoever did it by hand; empty from their own telephone.
        secret: what their telephone keeps; it takes the place of one before.

    Raises:
        NotPossible: the session is not open, or there are too many.
    """
    session = await _open_session(tx, gathering.session_id)
    present = await _present(tx, gathering.id)
    now_are = await survivors(tx, {person_id, gathering.host_person_id, *(row.person_id for row in present)})
    for row in present:
        if now_are[row.person_id] == now_are[person_id]:
            if secret:
                row.secret_hash = digest(secret)
                await tx.flush()
            return to_check_in(row)
    if now_are[person_id] == now_are[gathering.host_person_id]:
        raise NotPossible("This is whose link the device was opened with: they are here already.")
    if len(present) >= MOST_TOGETHER:
        raise NotPossible(f"{MOST_TOGETHER} people are checked in here, as many as one device can take.")
    row = CheckInRow(
        id=new_id(Prefix.CHECK_IN, random),
        session_id=gathering.session_id,
        gathering_id=gathering.id,
        person_id=person_id,
        way=way,
        secret_hash=digest(secret) if secret else "",
        at=at.wall_utc,
        out_at=None,
        confirmed_at=None,
    )
    tx.add(row)
    await tx.flush()
    await write_link(
        tx,
        gathering.session_id,
        kind=Kind.CHECKED_IN,
        person_id=person_id,
        connection_id=row.id,
        at=at,
        source=way.value,
        by=by,
        reason=reason,
        detail={"gathering": gathering.id, "host": gathering.host_person_id, "way": way.value},
        random=random,
    )
    checked_in = to_check_in(row)
    await check_in_events.tell_in(tx, session, checked_in, gathering.host_person_id, random=random)
    return checked_in


async def check_out(
    tx: Tx,
    check_in_id: str,
    why: Why,
    *,
    at: Instant,
    random: RandomBytes,
    by: str = "",
    reason: str = "",
) -> CheckIn:
    """They are not in front of the device any more, under whatever names they were. Who went before stays
    gone.

    Raises:
        NotFound: there is no such check-in.
        NotPossible: the session is over.
    """
    row = await _lock(tx, check_in_id)
    if row.out_at is not None:
        return to_check_in(row)
    session = await _open_session(tx, row.session_id)
    present = await _present(tx, row.gathering_id)
    now_are = await survivors(tx, {one.person_id for one in present})
    for one in present:
        if now_are[one.person_id] == now_are[row.person_id]:
            await _goes(tx, session, one, why, at=at, random=random, by=by, reason=reason)
    return to_check_in(row)


async def _goes(
    tx: Tx,
    session: SessionRow,
    row: CheckInRow,
    why: Why,
    *,
    at: Instant,
    random: RandomBytes,
    by: str,
    reason: str,
) -> None:
    row.out_at = max(at.wall_utc, row.at)
    await write_link(
        tx,
        row.session_id,
        kind=Kind.CHECKED_OUT,
        person_id=row.person_id,
        connection_id=row.id,
        at=at,
        source=row.way if why in (Why.SELF, Why.NOT_HERE) else why.value,
        by=by,
        reason=reason,
        detail={"gathering": row.gathering_id, "why": why.value},
        random=random,
    )
    await check_in_events.tell_out(tx, session, to_check_in(row), row.out_at, why, random=random)


async def still_here(tx: Tx, check_in_id: str, *, at: Instant, random: RandomBytes, by: str = "") -> CheckIn:
    """They said that they were.

    Raises:
        NotFound, NotPossible.
    """
    row = await _lock(tx, check_in_id)
    if row.out_at is not None:
        raise NotPossible("They are checked out already. Check in again, and the time counts on.")
    await _open_session(tx, row.session_id)
    if row.confirmed_at is not None and at.wall_utc - row.confirmed_at < ONE_ANSWER:
        return to_check_in(row)
    answers = select(func.count()).where(
        AttendanceEventRow.connection_id == row.id, AttendanceEventRow.kind == Kind.STILL_HERE
    )
    row.confirmed_at = at.wall_utc
    await write_link(
        tx,
        row.session_id,
        kind=Kind.STILL_HERE,
        person_id=row.person_id,
        connection_id=row.id,
        at=at,
        source=row.way,
        by=by,
        reason="",
        detail={"gathering": row.gathering_id},
        seq=1 + (await tx.scalar(answers) or 0),
        random=random,
    )
    return to_check_in(row)


async def get_check_in(tx: Tx, check_in_id: str) -> CheckIn:
    """Raises NotFound."""
    row = await tx.get(CheckInRow, check_in_id)
    if row is None:
        raise NotFound(f"no check-in {check_in_id}")
    return to_check_in(row)


async def check_in_of_phone(tx: Tx, check_in_id: str, secret: str) -> CheckIn:
    """The check-in whose telephone has this secret. Raises NotFound."""
    row = await tx.get(CheckInRow, check_in_id)
    if row is None or not row.secret_hash or not compare_digest(row.secret_hash, digest(secret)):
        raise NotFound("no such check-in")
    return to_check_in(row)


async def _open_session(tx: Tx, session_id: str) -> SessionRow:
    """Locked. Raises NotFound, NotPossible."""
    session = await lock_session(tx, session_id)
    if session.status != Status.OPEN:
        raise NotPossible("The session is not open: what was counted is kept.")
    return session


async def _present(tx: Tx, gathering_id: str) -> Sequence[CheckInRow]:
    query = select(CheckInRow).where(CheckInRow.gathering_id == gathering_id, CheckInRow.out_at.is_(None))
    in_order = query.order_by(CheckInRow.at, CheckInRow.id)
    return (await tx.scalars(in_order, execution_options={"populate_existing": True})).all()


async def _lock(tx: Tx, check_in_id: str) -> CheckInRow:
    """The row, as it is once nobody else changes anything in its session. Raises NotFound."""
    found = await get_check_in(tx, check_in_id)
    await lock_session(tx, found.session_id)
    return await tx.get_one(CheckInRow, check_in_id, populate_existing=True)
