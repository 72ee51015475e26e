"""The table of due work: what the clock claims and finishes, and how a session's changes move it.

Claims are conditional updates, so any number of runners may race on SQLite and PostgreSQL: whoever changes
the row from the epoch that it read has it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import aliased

from echo_session.store.engine import Database, Tx
from echo_session.store.tables import DueWorkRow, SessionRow
from echo_session.store.types import UtcDateTime
from scheduler.due import Action, Claim, State
from scheduler.errors import ClaimLost

__all__ = ["DueWork", "finish_within"]

Row = type[DueWorkRow]
UNFINISHED = (State.DUE.value, State.CLAIMED.value)
ORDER = {
    Action.OPEN_ROOM.value: 0,
    Action.WARN_ENDING.value: 1,
    Action.CLOSE_ROOM.value: 2,
    Action.FINALISE.value: 3,
    Action.OFFER_CREDIT.value: 4,
}
"""Which of a session's actions goes first where two are due at one instant. Reminders are not among them: a
mailing that cannot be queued must not keep a room closed."""


class DueWork:
    """The adapter of `scheduler.ports.DueWorkStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_due(self) -> datetime | None:
        """See `DueWorkStore.next_due`. Rows that wait for an earlier one of their session do not count."""
        waiting = (
            select(DueWorkRow.due_at)
            .where(DueWorkRow.state == State.DUE, _its_turn())
            .order_by(DueWorkRow.due_at)
            .limit(1)
        )
        wake_at = func.coalesce(DueWorkRow.lease_until, DueWorkRow.due_at, type_=UtcDateTime())
        held = select(func.min(wake_at)).where(DueWorkRow.state == State.CLAIMED, _its_turn())
        async with self._database.read() as tx:
            found = [await tx.scalar(waiting), await tx.scalar(held)]
        return min((at for at in found if at is not None), default=None)

    async def claim(self, now: datetime, lease_until: datetime) -> Claim | None:
        """See `DueWorkStore.claim`. Races with other runners are lost silently and the next row tried."""
        while True:
            async with self._database.read() as tx:
                row = await _next(tx, now)
                if row is None:
                    return None
                claim = await _claim(tx, row, lease_until)
            async with self._database.write() as tx:
                if await _take(tx, row.lease_epoch, claim, now):
                    return claim

    async def finish(self, claim: Claim, state: State, outcome: str, now: datetime) -> bool:
        """See `DueWorkStore.finish`."""
        async with self._database.write() as tx:
            return await _finish(tx, claim, state, outcome, now)

    async def release(self, claim: Claim, retry_at: datetime, outcome: str) -> bool:
        """See `DueWorkStore.release`: the lease is set to end at `retry_at`."""
        async with self._database.write() as tx:
            return await _update_held(tx, claim, lease_until=retry_at, outcome=outcome)


async def finish_within(tx: Tx, claim: Claim, outcome: str, now: datetime) -> None:
    """End the claim as done, in the transaction of its effect.

    Raises:
        ClaimLost: it is not ours any more; let the exception roll the effect back.
    """
    # Whoever changes a session locks its row first and its due work after; so do we, or both would wait.
    # Not from those who have added a row that refers to it, and want the lock next.
    session = select(SessionRow.id).where(SessionRow.id == claim.session_id)
    await tx.execute(session.with_for_update(key_share=True))
    if not await _finish(tx, claim, State.DONE, outcome, now):
        raise ClaimLost(claim.id, claim.epoch)


async def _next(tx: Tx, now: datetime) -> DueWorkRow | None:
    """The row to claim next. Each kind is read by itself, in its index, however much is planned."""
    found = []
    for which in (_due(now), _given_up(now)):
        query = select(DueWorkRow).where(which, _its_turn()).order_by(DueWorkRow.due_at, DueWorkRow.id)
        found.append(await tx.scalar(query.limit(1)))
    candidates = [row for row in found if row is not None]
    return min(candidates, key=lambda row: (row.due_at, row.id), default=None)


def _claimable(now: datetime) -> ColumnElement[bool]:
    """In SQL what `scheduler.due.claimable` says."""
    return or_(_due(now), _given_up(now))


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(DueWorkRow.state == State.DUE, DueWorkRow.due_at <= now)


def _given_up(now: datetime) -> ColumnElement[bool]:
    lease_is_over = or_(DueWorkRow.lease_until.is_(None), DueWorkRow.lease_until <= now)
    return and_(DueWorkRow.state == State.CLAIMED, lease_is_over)


def _unfinished(row: Row) -> ColumnElement[bool]:
    return row.state.in_(UNFINISHED)


def _its_turn() -> ColumnElement[bool]:
    """It is a reminder, or no unfinished work of the same room comes before this row."""
    earlier = aliased(DueWorkRow)
    before = or_(
        earlier.due_at < DueWorkRow.due_at,
        and_(earlier.due_at == DueWorkRow.due_at, _order(earlier) < _order(DueWorkRow)),
    )
    return or_(
        DueWorkRow.action == Action.SEND_REMINDER,
        ~exists().where(
            earlier.session_id == DueWorkRow.session_id,
            earlier.action != Action.SEND_REMINDER,
            _unfinished(earlier),
            before,
        ),
    )


def _order(row: Row) -> ColumnElement[int]:
    return case(ORDER, value=row.action, else_=len(ORDER))


async def _claim(tx: Tx, row: DueWorkRow, lease_until: datetime) -> Claim:
    session = await tx.get_one(SessionRow, row.session_id)
    ends_at = session.starts_at + timedelta(minutes=session.duration_minutes + session.extended_minutes)
    reminder = row.action == Action.SEND_REMINDER
    return Claim(
        id=row.id,
        session_id=row.session_id,
        action=Action(row.action),
        occurrence=row.occurrence,
        due_at=row.due_at,
        starts_at=session.starts_at,
        ends_at=ends_at,
        closes_at=ends_at + timedelta(minutes=session.overrun_minutes),
        epoch=row.lease_epoch + 1,
        lease_until=lease_until,
        detail=row.detail,
        overtaken_at=await _next_reminder(tx, row) if reminder else None,
    )


async def _next_reminder(tx: Tx, row: DueWorkRow) -> datetime | None:
    """When the next reminder after this one is due."""
    found: datetime | None = await tx.scalar(
        select(func.min(DueWorkRow.due_at)).where(
            DueWorkRow.session_id == row.session_id,
            DueWorkRow.action == Action.SEND_REMINDER,
            DueWorkRow.due_at > row.due_at,
            _unfinished(DueWorkRow),
        )
    )
    return found


async def _take(tx: Tx, epoch_read: int, claim: Claim, now: datetime) -> bool:
    statement = (
        update(DueWorkRow)
        .where(DueWorkRow.id == claim.id, DueWorkRow.lease_epoch == epoch_read, _claimable(now))
        .values(state=State.CLAIMED.value, lease_until=claim.lease_until, lease_epoch=claim.epoch)
        .execution_options(synchronize_session=False)
    )
    return await _changed(tx, statement)


async def _finish(tx: Tx, claim: Claim, state: State, outcome: str, now: datetime) -> bool:
    return await _update_held(
        tx, claim, state=state.value, outcome=outcome, finished_at=now, lease_until=None
    )


async def _update_held(tx: Tx, claim: Claim, **values: object) -> bool:
    """Change the row if it still is in our hands."""
    statement = (
        update(DueWorkRow)
        .where(
            DueWorkRow.id == claim.id,
            DueWorkRow.state == State.CLAIMED,
            DueWorkRow.lease_epoch == claim.epoch,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return await _changed(tx, statement)


async def _changed(tx: Tx, statement: Any) -> bool:
    result = await tx.execute(statement)
    return isinstance(result, CursorResult) and result.rowcount == 1
