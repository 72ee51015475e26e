"""What was told of a session's attendance: ready when it closes, final when the coordinator says so, and a
numbered amendment for each change after that. Each is durable with what it tells of, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select

from echo_session.domain import attendance_picture, event_types
from echo_session.domain.errors import BrokenChain, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.ledger import verify
from echo_session.domain.session_times import Edition, EditionKind, SessionTimes
from echo_session.domain.sessions import Session, Status
from echo_session.store.chain import chain
from echo_session.store.engine import Tx
from echo_session.store.events import append_event
from echo_session.store.records import project
from echo_session.store.sessions import lock_session
from echo_session.store.tables import AttendanceEditionRow

__all__ = ["amend_if_final", "editions_of", "finalize", "latest", "tell_ready"]

_EVENTS: dict[EditionKind, str] = {
    "ready": event_types.ATTENDANCE_READY,
    "finalized": event_types.ATTENDANCE_FINALIZED,
    "amended": event_types.ATTENDANCE_AMENDED,
}


async def tell_ready(
    tx: Tx, session: Session, now: datetime, random: RandomBytes, *, quietly: bool = False
) -> Edition:
    """Edition 0, as the session closes: the records are written, and the scheduling system is told.

    Args:
        quietly: nobody is told: of a session that was closed before there were editions.
    """
    times = await project(tx, session.id)
    return await _publish(tx, times, "ready", 0, by="", reason="", now=now, random=random, quietly=quietly)


async def finalize(tx: Tx, session_id: str, *, by: str, now: datetime, random: RandomBytes) -> Edition:
    """The coordinator has looked: from now on each change is an amendment.

    Raises:
        NotFound: there is no such session.
        NotPossible: it is not over, is final already, or its ledger is not what was written.
    """
    row = await lock_session(tx, session_id)
    if row.status != Status.CLOSED:
        raise NotPossible(f"Attendance is final when the session is over; this one is {row.status}.")
    before = await latest(tx, session_id)
    if before is not None and before.number > 0:
        raise NotPossible("Attendance of this session is final already. Corrections are told as amendments.")
    try:
        verify(session_id, await chain(tx, session_id), head=row.ledger_head)
    except BrokenChain as broken:
        raise NotPossible(
            "The attendance record is not what was written while the session ran, so it cannot be made final:"
            f" {broken}"
        ) from broken
    times = await project(tx, session_id)
    return await _publish(tx, times, "finalized", 1, by=by, reason="", now=now, random=random)


async def amend_if_final(
    tx: Tx, session_id: str, *, by: str, reason: str, now: datetime, random: RandomBytes
) -> Edition | None:
    """Brings the records up to date after a change of the figures; where they were final, it is told as an
    amendment.

    Returns:
        The amendment; None where the session is not closed, or not final.
    """
    row = await lock_session(tx, session_id)
    if row.status != Status.CLOSED:
        return None
    times = await project(tx, session_id)
    before = await latest(tx, session_id)
    if before is None or before.number == 0:
        return None
    return await _publish(
        tx, times, "amended", before.number + 1, by=by, reason=reason, now=now, random=random
    )


async def latest(tx: Tx, session_id: str) -> Edition | None:
    """The last that was told; None before the session has closed."""
    query = select(AttendanceEditionRow).where(AttendanceEditionRow.session_id == session_id)
    row = await tx.scalar(query.order_by(AttendanceEditionRow.number.desc()).limit(1))
    return None if row is None else _to_edition(row)


async def editions_of(tx: Tx, session_id: str) -> list[Edition]:
    """Every one, in order."""
    table = AttendanceEditionRow
    columns = (getattr(table, name) for name in Edition.__dataclass_fields__)
    query = select(*columns).where(table.session_id == session_id).order_by(table.number)
    return [Edition(**row) for row in (await tx.execute(query)).mappings()]


async def _publish(
    tx: Tx,
    times: SessionTimes,
    kind: EditionKind,
    number: int,
    *,
    by: str,
    reason: str,
    now: datetime,
    random: RandomBytes,
    quietly: bool = False,
) -> Edition:
    edition = Edition(
        session_id=times.session.id,
        number=number,
        kind=kind,
        at=now,
        by=by,
        reason=reason,
        links=times.links,
        head=times.head,
    )
    picture = attendance_picture.picture(times, edition)
    values = {name: getattr(edition, name) for name in Edition.__dataclass_fields__}
    tx.add(AttendanceEditionRow(**values, picture=picture))
    await tx.flush()
    if not quietly:
        await append_event(tx, edition.session_id, _EVENTS[kind], picture, now, random=random)
    return edition


def _to_edition(row: AttendanceEditionRow) -> Edition:
    told = {name: getattr(row, name) for name in Edition.__dataclass_fields__}
    return Edition(**told | {"kind": cast(EditionKind, row.kind)})
