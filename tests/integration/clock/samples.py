"""Sessions whose work is due now, and an effect that can be counted."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from echo_session.domain.sessions import Draft, Session
from echo_session.store.commands import create_session
from echo_session.store.due_work import finish_within
from echo_session.store.engine import Database
from echo_session.store.events import append_event
from echo_session.store.tables import DueWorkRow, EventRow
from scheduler.due import Action, Claim
from scheduler.ports import Handler

FINAL = ("done", "missed", "cancelled")


async def session_due(
    database: Database, *, started_ago: timedelta = timedelta(), minutes: int = 60
) -> Session:
    """A session without lead or overrun that began so long ago, as if it had been made before."""
    start = datetime.now(UTC) - started_ago
    draft = Draft(
        title="Pediatric asthma ECHO",
        zone="UTC",
        starts_at=start,
        duration_minutes=minutes,
        lead_minutes=0,
        overrun_minutes=0,
    )
    async with database.write() as tx:
        return await create_session(tx, draft, now=start - timedelta(hours=1), random=secrets.token_bytes)


async def rows(database: Database) -> list[DueWorkRow]:
    """The whole table, by session and instant."""
    async with database.read() as tx:
        found = await tx.scalars(select(DueWorkRow).order_by(DueWorkRow.session_id, DueWorkRow.due_at))
        return list(found)


async def effects(database: Database) -> list[tuple[str, str]]:
    """Session and action of every effect that lasts."""
    async with database.read() as tx:
        query = select(EventRow.session_id, EventRow.type).where(EventRow.type.in_(Action))
        found = await tx.execute(query.order_by(EventRow.created_at))
        return [(session_id or "", action) for session_id, action in found]


@dataclass
class Effect:
    """A handler whose effect is one outbox row, in one transaction with the end of its claim."""

    database: Database
    count: int = 0
    happened: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, claim: Claim) -> str:
        now = datetime.now(UTC)
        async with self.database.write() as tx:
            await finish_within(tx, claim, "done", now)
            await append_event(tx, claim.session_id, claim.action, {}, now, random=secrets.token_bytes)
        async with self.happened:
            self.count += 1
            self.happened.notify_all()
        return "done"

    def handlers(self) -> dict[Action, Handler]:
        """The same for every action."""
        return dict.fromkeys(Action, self)

    async def wait_for(self, count: int) -> None:
        """Until it has happened so often."""
        async with asyncio.timeout(30), self.happened:
            await self.happened.wait_for(lambda: self.count >= count)
