"""Sessions whose work falls due in a stretch of time that is about to begin."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from echo_session.domain.sessions import Draft
from echo_session.store import commands
from echo_session.store.engine import Database, Tx
from echo_session.store.replan import plan_program
from echo_session.store.sessions import get_session
from echo_session.store.tables import DueWorkRow, SessionRow
from tests.integration.records.registrations import add_program

ACTIONS_OF_THREE = 5
"""Of one session that opens, one that is warned and one that closes."""
HOUR = timedelta(hours=1)
random = secrets.token_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Ids of the sessions, by what is due."""

    opening: tuple[str, ...]
    """Opened, with a reminder at the opening."""
    warning: tuple[str, ...]
    closing: tuple[str, ...]
    """Closed, and finalised after that."""
    until: datetime
    """When the last of them is due; nothing else of theirs is for most of an hour."""

    def wanted(self) -> set[tuple[str, str]]:
        """Session and action."""
        actions = {
            self.opening: ("open_room", "send_reminder"),
            self.warning: ("warn_ending",),
            self.closing: ("close_room", "finalise"),
        }
        return {
            (session_id, action) for ids, some in actions.items() for session_id in ids for action in some
        }


async def make_sessions(database: Database, threes: int, window: timedelta) -> Due:
    """So many of each kind, spread over the window, which begins once they are made."""
    begins = datetime.now(UTC) + timedelta(seconds=1 + 0.05 * threes)
    instants = [begins + window * number / threes for number in range(threes)]
    opening, warning, closing = [], [], []
    async with database.write() as tx:
        program_id = await add_program(tx, reminders=[0])
        for at in instants:
            opening.append(await _session(tx, at, HOUR))
        await tx.execute(update(SessionRow).where(SessionRow.id.in_(opening)).values(program_id=program_id))
        await plan_program(tx, program_id, now=begins - HOUR, random=random)
        for at in instants:
            warning.append(await _open_session(tx, at - HOUR + timedelta(minutes=5), HOUR, overrun=HOUR))
            closing.append(await _open_session(tx, at - HOUR, HOUR))
        await tx.execute(  # as if they had been warned in time
            update(DueWorkRow)
            .where(DueWorkRow.session_id.in_(closing), DueWorkRow.action == "warn_ending")
            .values(state="done", finished_at=begins)
        )
    return Due(opening=tuple(opening), warning=tuple(warning), closing=tuple(closing), until=begins + window)


async def _session(
    tx: Tx, starts_at: datetime, length: timedelta, *, overrun: timedelta = timedelta()
) -> str:
    # Starts are whole seconds, which is when many fall due together.
    draft = Draft(
        title="Pediatric asthma ECHO",
        zone="UTC",
        starts_at=starts_at,
        duration_minutes=length // timedelta(minutes=1),
        lead_minutes=0,
        overrun_minutes=overrun // timedelta(minutes=1),
    )
    made = await commands.create_session(tx, draft, now=starts_at - HOUR, random=random)
    return made.id


async def _open_session(
    tx: Tx, starts_at: datetime, length: timedelta, *, overrun: timedelta = timedelta()
) -> str:
    session_id = await _session(tx, starts_at, length, overrun=overrun)
    session = await get_session(tx, session_id)
    await commands.open_session(tx, session_id, now=session.starts_at, random=random)
    return session_id
