"""Sessions of programs, and a clock that a test moves by hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from echo_session.domain.sessions import Draft, Session
from echo_session.live.due_work import handlers
from echo_session.live.session_commands import SessionCommands
from echo_session.store.commands import create_session
from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database, Tx
from echo_session.store.replan import plan_work
from echo_session.store.sessions import get_session
from echo_session.store.tables import DueWorkRow, MailingRow, SessionRow
from scheduler.due import Missed, State, decide

random = secrets.token_bytes


async def add_session(
    tx: Tx, program_id: str, starts_at: datetime, *, now: datetime, minutes: int = 60, lead: int = 0
) -> Session:
    """A session of the program, planned at `now`."""
    draft = Draft(
        title="Sleep",
        zone="America/Denver",
        starts_at=starts_at,
        duration_minutes=minutes,
        lead_minutes=lead,
        overrun_minutes=0,
    )
    made = await create_session(tx, draft, now=now, random=random)
    await tx.execute(update(SessionRow).where(SessionRow.id == made.id).values(program_id=program_id))
    session = await get_session(tx, made.id)
    await plan_work(tx, session, now=now, random=random)
    return session


@dataclass
class SilentRooms:
    """Rooms without anybody in them; notes what it was told."""

    told: list[str] = field(default_factory=list)

    async def session_changed(self, session_id: str) -> None:
        self.told.append("changed")

    async def ending_soon(self, session_id: str) -> None:
        self.told.append("ending")

    async def end_session(self, session_id: str, message: str) -> None:
        self.told.append("end")


@dataclass
class Clock:
    """Does what is due at an instant that the test chooses, as a runner would, one after the other."""

    database: Database
    now: datetime
    rooms: SilentRooms = field(default_factory=SilentRooms)

    def commands(self) -> SessionCommands:
        """Orders at this clock's time."""
        return SessionCommands(self.database, lambda: self.rooms, now=lambda: self.now, random=random)

    async def work(self) -> list[str]:
        """Everything that is due now; gives the actions that were done, in their order."""
        store, doing = DueWork(self.database), handlers(self.commands(), lambda: self.rooms)
        done = []
        while (claim := await store.claim(self.now, self.now + timedelta(minutes=1))) is not None:
            verdict = decide(claim, self.now)
            if isinstance(verdict, Missed):
                await store.finish(claim, State.MISSED, verdict.reason, self.now)
                continue
            outcome = await doing[claim.action](claim)
            await store.finish(claim, State.DONE, outcome, self.now)
            done.append(f"{claim.action} {claim.detail}" if claim.detail else str(claim.action))
        return done


async def table(database: Database, session_id: str) -> list[tuple[str, int, datetime, str]]:
    """The session's rows: action, detail, instant, state; by instant."""
    async with database.read() as tx:
        query = select(DueWorkRow).where(DueWorkRow.session_id == session_id)
        rows = await tx.scalars(query.order_by(DueWorkRow.due_at, DueWorkRow.action))
        return [(row.action, row.detail, row.due_at, row.state) for row in rows]


async def mailings(database: Database, session_id: str) -> list[tuple[str, int]]:
    """The session's mailings: kind and minutes."""
    async with database.read() as tx:
        query = select(MailingRow).where(MailingRow.session_id == session_id).order_by(MailingRow.created_at)
        return [(row.kind, row.content["minutes"]) for row in await tx.scalars(query)]
