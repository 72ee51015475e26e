"""What is left to do once a session is closed: its record is checked, and whatever waited for it ends."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, update

from echo_session.domain.errors import BrokenChain
from echo_session.domain.event_registrations import standing
from echo_session.domain.ids import RandomBytes
from echo_session.domain.ledger import verify
from echo_session.domain.mail import MailKind
from echo_session.domain.people import RegistrationStatus
from echo_session.domain.sessions import Status
from echo_session.store.engine import Tx
from echo_session.store.ledger import chain
from echo_session.store.notices import add_notice
from echo_session.store.registration_rows import decide
from echo_session.store.sessions import lock_session
from echo_session.store.tables import MailingRow, MailRow, RegistrationRow, SessionRow
from echo_session.store.tell_registrations import tell_registrations

__all__ = ["BROKEN_RECORD", "BY_CLOCK", "finalise_session"]

log = logging.getLogger(__name__)

BROKEN_RECORD = "attendance_broken"
"""Kind of the notice."""
BY_CLOCK = "clock"
"""Who ended the registrations that nobody had decided about."""


async def finalise_session(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> str:
    """The outcome in words. Twice is once.

    The attendance chain is verified from its first link. Where it does not hold, coordinators get a notice
    and the session is not marked as finalised. Registrations for this one session that still wait for
    approval, or for a place, are declined; reminders that were not sent are dropped.

    Raises:
        NotFound: there is no such session.
    """
    session = await lock_session(tx, session_id)
    if session.status != Status.CLOSED:
        return f"nothing to finalise: the session is {session.status}"
    if session.finalised_at is not None:
        return "finalised before"
    declined = await _decline_waiting(tx, session_id, now, random)
    dropped = await _drop_reminders(tx, session_id)
    try:
        links = verify(session_id, await chain(tx, session_id), head=session.ledger_head)
    except BrokenChain as broken:
        log.error("%s is not finalised: %s", session_id, broken)
        await _tell(tx, session, broken, now, random)
        return f"not finalised: {broken}"
    session.finalised_at = now
    await tx.flush()
    return (
        f"attendance events verified: {links}, registrations ended: {declined}, reminders dropped: {dropped}"
    )


async def _decline_waiting(tx: Tx, session_id: str, now: datetime, random: RandomBytes) -> int:
    query = (
        select(RegistrationRow)
        .where(RegistrationRow.session_id == session_id, RegistrationRow.status.in_(("pending", "waiting")))
        .order_by(RegistrationRow.id)
        .with_for_update()
    )
    rows = (await tx.scalars(query, execution_options={"populate_existing": True})).all()
    were = {row.id: standing(row) for row in rows}
    for row in rows:
        decide(row, RegistrationStatus.DECLINED, by=BY_CLOCK, now=now)
    await tx.flush()
    await tell_registrations(tx, were, now=now, random=random)
    return len(rows)


async def _drop_reminders(tx: Tx, session_id: str) -> int:
    reminders = (MailingRow.session_id == session_id, MailingRow.kind == MailKind.REMINDER)
    await tx.execute(
        update(MailingRow)
        .where(*reminders, MailingRow.state == "due")
        .values(state="done", lease_epoch=MailingRow.lease_epoch + 1, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    statement = (
        update(MailRow)
        .where(MailRow.mailing_id.in_(select(MailingRow.id).where(*reminders)), MailRow.state == "pending")
        .values(state="dropped", last_error="The session is over.", next_attempt_at=None)
        .returning(MailRow.id)
        .execution_options(synchronize_session=False)
    )
    return len((await tx.scalars(statement)).all())


async def _tell(tx: Tx, session: SessionRow, broken: BrokenChain, now: datetime, random: RandomBytes) -> None:
    day = f"{session.starts_local.day} {session.starts_local:%B %Y}"
    await add_notice(
        tx,
        kind=BROKEN_RECORD,
        title=f"Attendance of “{session.title[:120]}” does not verify",
        text=(
            f"From entry {broken.position} on, the attendance record of {day} is not what was written while "
            "the session ran. Compare it with a backup before anybody gets credit by it."
        ),
        session_ids=[session.id],
        now=now,
        random=random,
    )
