"""How a session's changes move its due work."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import select, update

from echo_session.domain.due_work import UNFINISHED, PlannedWork, WantedWork, plan
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import DueWorkRow

DUE = "due"
CANCELLED = "cancelled"


async def replan(
    tx: Tx, session_id: str, wanted: Iterable[WantedWork], *, random: RandomBytes = secrets.token_bytes
) -> None:
    """Make the session's due work what its times and status now call for (`domain.due_work.wanted_work`)."""
    rows = (await tx.scalars(select(DueWorkRow).where(DueWorkRow.session_id == session_id))).all()
    changes = plan([PlannedWork(r.id, r.action, r.occurrence, r.due_at, r.state) for r in rows], wanted)
    for work, occurrence in changes.add:
        tx.add(
            DueWorkRow(
                id=new_id(Prefix.DUE_WORK, random),
                session_id=session_id,
                action=work.action,
                detail=0,
                occurrence=occurrence,
                due_at=work.due_at,
                state=DUE,
                lease_until=None,
                lease_epoch=0,
                finished_at=None,
                outcome="",
            )
        )
    for row_id, due_at in changes.move:
        await _update_unfinished(tx, row_id, state=DUE, due_at=due_at)
    for row_id in changes.cancel:
        await _update_unfinished(tx, row_id, state=CANCELLED)
    await tx.flush()


async def _update_unfinished(tx: Tx, row_id: str, **values: object) -> None:
    """Change the row unless it has happened in between; whoever held it has lost it."""
    statement = (
        update(DueWorkRow)
        .where(DueWorkRow.id == row_id, DueWorkRow.state.in_(UNFINISHED))
        .values(lease_epoch=DueWorkRow.lease_epoch + 1, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    await tx.execute(statement)
