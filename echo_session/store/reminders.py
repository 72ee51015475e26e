"""What a reminder does to the records: it queues the mailing."""

from __future__ import annotations

from datetime import datetime

from echo_session.domain.ids import RandomBytes
from echo_session.domain.mail import MailKind
from echo_session.domain.sessions import Status
from echo_session.store.engine import Tx
from echo_session.store.mailings import queue_mailing
from echo_session.store.sessions import lock_session

__all__ = ["queue_reminder"]


async def queue_reminder(tx: Tx, session_id: str, minutes: int, *, now: datetime, random: RandomBytes) -> str:
    """Has everybody who is registered reminded; gives the outcome in words.

    Args:
        minutes: before the start; 0 says that the room is open.

    Raises:
        NotFound: there is no such session.
    """
    session = await lock_session(tx, session_id)
    if session.status not in (Status.SCHEDULED, Status.OPEN):
        return f"nothing to remind of: the session is {session.status}"
    mailing_id = await queue_mailing(
        tx,
        kind=MailKind.REMINDER,
        now=now,
        random=random,
        program_id=session.program_id,
        series_id=session.series_id,
        session_id=session_id,
        content={"minutes": minutes},
    )
    return f"queued as {mailing_id}"
