"""How a session's changes move its due work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update

from echo_session.domain.due_work import (
    CLOSE_ROOM,
    UNFINISHED,
    PlannedWork,
    Replan,
    WantedWork,
    plan,
    wanted_work,
)
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.sessions import Session
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.sessions import lock_sessions, to_session
from echo_session.store.tables import DueWorkRow, ProgramRow, SessionRow

__all__ = ["plan_program", "plan_work"]

DUE = "due"
CANCELLED = "cancelled"
AT_A_TIME = 500
"""Sessions whose rows are read in one query."""


async def plan_work(tx: Tx, *sessions: Session, now: datetime, random: RandomBytes) -> None:
    """Makes the due work of these sessions what their times, their status and their programs' reminders call
    for. Belongs into the transaction that has changed them, after the change is flushed."""
    reminders = await _reminders(tx, {session.program_id for session in sessions if session.program_id})
    for start in range(0, len(sessions), AT_A_TIME):
        some = sessions[start : start + AT_A_TIME]
        known = await _known(tx, [session.id for session in some])
        changes = {
            session.id: plan(
                known.get(session.id, ()),
                _wanted(session, reminders.get(session.program_id or "", ())),
                now=now,
            )
            for session in some
        }
        await _apply(tx, changes, random)
    touch(tx, Topic.DUE_WORK)


async def plan_program(tx: Tx, program_id: str, *, now: datetime, random: RandomBytes) -> None:
    """The same for every session of the program that is not over: its reminders are different now.

    They are locked, so that none of them moves meanwhile and has its work planned for where it was; those too
    that are called off, since one may be restored meanwhile.
    """
    rows = await lock_sessions(
        tx,
        SessionRow.program_id == program_id,
        SessionRow.status.in_(("scheduled", "open", "cancelled")),
    )
    await plan_work(tx, *[to_session(row) for row in rows], now=now, random=random)


def _wanted(session: Session, reminders: Iterable[int]) -> tuple[WantedWork, ...]:
    wanted = wanted_work(
        session.status,
        opens_at=session.opens_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        closes_at=session.closes_at,
        closed_at=session.closed_at,
        reminders=reminders,
    )
    if session.kind == "practice":
        return tuple(work for work in wanted if work.action == CLOSE_ROOM)
    return wanted


async def _reminders(tx: Tx, program_ids: set[str]) -> dict[str, Sequence[int]]:
    if not program_ids:
        return {}
    query = select(ProgramRow.id, ProgramRow.reminders).where(ProgramRow.id.in_(program_ids))
    return {row.id: row.reminders for row in await tx.execute(query)}


async def _known(tx: Tx, session_ids: Sequence[str]) -> dict[str, list[PlannedWork]]:
    row = DueWorkRow
    columns = (row.id, row.action, row.occurrence, row.due_at, row.state, row.detail)
    query = select(row.session_id, *columns).where(row.session_id.in_(session_ids))
    known: dict[str, list[PlannedWork]] = {}
    for found in await tx.execute(query):
        known.setdefault(found[0], []).append(PlannedWork(*found[1:]))
    return known


async def _apply(tx: Tx, changes: Mapping[str, Replan], random: RandomBytes) -> None:
    added = [
        _row(session_id, work, occurrence, random)
        for session_id, change in changes.items()
        for work, occurrence in change.add
    ]
    if added:
        await tx.execute(insert(DueWorkRow), added)
    moved = [
        {"row_id": row_id, "due_at": due_at, "state": DUE}
        for change in changes.values()
        for row_id, due_at in change.move
    ]
    await _update_unfinished(tx, moved, moves=True)
    cancelled = [
        {"row_id": row_id, "state": CANCELLED} for change in changes.values() for row_id in change.cancel
    ]
    await _update_unfinished(tx, cancelled, moves=False)


async def _update_unfinished(tx: Tx, rows: Sequence[Mapping[str, object]], *, moves: bool) -> None:
    """Changes each row unless it has happened in between; whoever held it has lost it."""
    if not rows:
        return
    table = DueWorkRow.__table__
    values = {"state": bindparam("state"), "lease_epoch": table.c.lease_epoch + 1, "lease_until": None}
    if moves:
        values["due_at"] = bindparam("due_at")
    statement = (
        update(DueWorkRow)
        .where(
            table.c.id == bindparam("row_id"), or_(*(table.c.state == state for state in sorted(UNFINISHED)))
        )
        .values(values)
    )
    await (await tx.connection()).execute(statement, rows)


def _row(session_id: str, work: WantedWork, occurrence: int, random: RandomBytes) -> dict[str, object]:
    return {
        "id": new_id(Prefix.DUE_WORK, random),
        "session_id": session_id,
        "action": work.action,
        "detail": work.detail,
        "occurrence": occurrence,
        "due_at": work.due_at,
        "state": DUE,
        "lease_until": None,
        "lease_epoch": 0,
        "finished_at": None,
        "outcome": "",
    }
