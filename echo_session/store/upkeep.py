"""What the records forget with time, a little at once, so that no session's ledger waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update

from echo_session.domain.due_work import FINALISE
from echo_session.domain.ids import RandomBytes
from echo_session.domain.sessions import Status
from echo_session.store.engine import Database, Tx
from echo_session.store.import_mailing import rows_are_needed
from echo_session.store.import_ready import follow_up_left
from echo_session.store.rebuilding import keep_records_of_old_sessions
from echo_session.store.replan import plan_work
from echo_session.store.sessions import to_session
from echo_session.store.tables import (
    DeliveryRow,
    DueWorkRow,
    EventRow,
    ImportedRow,
    ImportRow,
    MailingRow,
    MailRow,
    SessionRow,
)

__all__ = ["Kept", "keep_up"]

AT_A_TIME = 500
"""Rows in one transaction."""

Step = Callable[[Tx], Awaitable[int]]
"""Forgets some; gives how many, fewer than `AT_A_TIME` where that was all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long what is done with stays in the records."""

    events: timedelta
    """Told, or given up; one that still waits for a receiver stays."""
    mails: timedelta
    """Sent, failed or dropped."""
    imports: timedelta
    """The rows of a file, once everybody in it is registered and written to; that it was imported is not
    forgotten."""


async def keep_up(database: Database, kept: Kept, *, now: datetime, random: RandomBytes) -> dict[str, int]:
    """Forgets what is old, does what should have followed imports, and has sessions finalised that were
    closed before there was such work. Gives how many of each kind it was."""
    followed = await follow_up_left(database, now=now, random=random)
    kept_up = await keep_records_of_old_sessions(database, now=now, random=random)
    steps: dict[str, Step] = {
        "events": lambda tx: _forget_events(tx, now - kept.events),
        "mails": lambda tx: _forget_mails(tx, now - kept.mails),
        "mailings": lambda tx: _forget_mailings(tx, now - kept.mails),
        "imports": lambda tx: _give_up_imports(tx, now - kept.imports),
        "imported rows": lambda tx: _forget_imported_rows(tx, now - kept.imports),
        "sessions to finalise": lambda tx: _plan_finalising(tx, now, random),
    }
    done = {what: await _until_done(database, step) for what, step in steps.items()}
    return {"imports to follow up": followed, "sessions whose records were written": kept_up} | done


async def _until_done(database: Database, step: Step) -> int:
    total = 0
    while True:
        async with database.write() as tx:
            count = await step(tx)
        total += count
        if count < AT_A_TIME:
            return total


async def _forget_events(tx: Tx, before: datetime) -> int:
    waits = exists().where(DeliveryRow.event_id == EventRow.id, DeliveryRow.state == "pending")
    old = (
        select(EventRow.id)
        .where(EventRow.created_at < before, ~waits)
        .order_by(EventRow.created_at, EventRow.id)
    )
    ids = list(await tx.scalars(old.limit(AT_A_TIME)))
    await _delete(tx, DeliveryRow, DeliveryRow.event_id.in_(ids))
    return await _delete(tx, EventRow, EventRow.id.in_(ids))


async def _forget_mails(tx: Tx, before: datetime) -> int:
    over = MailRow.state.in_(("sent", "failed", "dropped"))
    old = select(MailRow.id).where(MailRow.created_at < before, over).order_by(MailRow.created_at, MailRow.id)
    return await _delete(tx, MailRow, MailRow.id.in_(list(await tx.scalars(old.limit(AT_A_TIME)))))


async def _forget_mailings(tx: Tx, before: datetime) -> int:
    needed = exists().where(MailRow.mailing_id == MailingRow.id)
    old = select(MailingRow.id).where(MailingRow.state == "done", MailingRow.created_at < before, ~needed)
    return await _delete(tx, MailingRow, MailingRow.id.in_(list(await tx.scalars(old.limit(AT_A_TIME)))))


async def _give_up_imports(tx: Tx, before: datetime) -> int:
    """A file that nobody applied in all this time is not applied any more."""
    statement = (
        update(ImportRow)
        .where(ImportRow.created_at < before, ImportRow.state.in_(("staging", "staged")))
        .values(state="discarded")
        .returning(ImportRow.id)
        .execution_options(synchronize_session=False)
    )
    return len((await tx.scalars(statement)).all())


async def _forget_imported_rows(tx: Tx, before: datetime) -> int:
    old = (
        select(ImportedRow.import_id, ImportedRow.number)
        .join(ImportRow, ImportRow.id == ImportedRow.import_id)
        .where(ImportRow.created_at < before, ImportRow.id.not_in(await rows_are_needed(tx)))
        .order_by(ImportRow.created_at, ImportRow.id, ImportedRow.number)
    )
    numbers: dict[str, list[int]] = {}
    for import_id, number in await tx.execute(old.limit(AT_A_TIME)):
        numbers.setdefault(import_id, []).append(number)
    return sum(
        [
            await _delete(tx, ImportedRow, ImportedRow.import_id == import_id, ImportedRow.number.in_(some))
            for import_id, some in numbers.items()
        ]
    )


async def _plan_finalising(tx: Tx, now: datetime, random: RandomBytes) -> int:
    asked = exists().where(DueWorkRow.session_id == SessionRow.id, DueWorkRow.action == FINALISE)
    unasked = select(SessionRow).where(
        SessionRow.status == Status.CLOSED,
        SessionRow.kind == "session",
        SessionRow.finalised_at.is_(None),
        SessionRow.closed_at.is_not(None),
        ~asked,
    )
    in_order = unasked.order_by(SessionRow.starts_at, SessionRow.id).limit(AT_A_TIME)
    rows = list(await tx.scalars(in_order.with_for_update(key_share=True)))
    await plan_work(tx, *[to_session(row) for row in rows], now=now, random=random)
    return len(rows)


async def _delete(tx: Tx, row: type[Any], *which: Any) -> int:
    found = await tx.execute(delete(row).where(*which).execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount", 0))
