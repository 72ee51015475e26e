"""A table of due work in memory, with conditional claims like the real one, and handlers to watch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from scheduler.due import Action, Claim, State, claimable, wake_at


@dataclass
class Row:
    claim: Claim
    state: State = State.DUE
    lease_until: datetime | None = None
    epoch: int = 0
    outcome: str = ""


def row(
    name: str, action: Action, due_in: float = 0.0, *, ends_in: float = 60.0, closes_in: float = 90.0
) -> Row:
    """A row of session `name`; seconds from now."""
    now = datetime.now(UTC)
    return Row(
        Claim(
            id=f"{name}-{action}",
            session_id=name,
            action=action,
            occurrence=1,
            due_at=now + timedelta(seconds=due_in),
            starts_at=now + timedelta(seconds=due_in),
            ends_at=now + timedelta(seconds=ends_in),
            closes_at=now + timedelta(seconds=closes_in),
            epoch=0,
            lease_until=now,
        )
    )


@dataclass
class MemoryTable:
    rows: list[Row]
    broken: int = 0
    """So many calls of `claim` fail."""
    finished: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def next_due(self) -> datetime | None:
        times = [wake_at(r.state, r.claim.due_at, r.lease_until) for r in self.rows]
        return min((at for at in times if at is not None), default=None)

    async def claim(self, now: datetime, lease_until: datetime) -> Claim | None:
        if self.broken:
            self.broken -= 1
            raise OSError("database is locked")
        for found in sorted(self.rows, key=lambda r: r.claim.due_at):
            if claimable(found.state, found.claim.due_at, found.lease_until, now):
                found.state, found.lease_until = State.CLAIMED, lease_until
                found.epoch += 1
                return replace(found.claim, epoch=found.epoch, lease_until=lease_until)
        return None

    async def finish(self, claim: Claim, state: State, outcome: str, now: datetime) -> bool:
        found = self.held(claim)
        if found is None:
            return False
        found.state, found.outcome, found.lease_until = state, outcome, None
        async with self.finished:
            self.finished.notify_all()
        return True

    async def release(self, claim: Claim, retry_at: datetime, outcome: str) -> bool:
        found = self.held(claim)
        if found is None:
            return False
        found.lease_until, found.outcome = retry_at, outcome
        return True

    def held(self, claim: Claim) -> Row | None:
        for found in self.rows:
            if found.claim.id == claim.id and found.epoch == claim.epoch and found.state is State.CLAIMED:
                return found
        return None

    async def all_finished(self) -> None:
        final = (State.DONE, State.MISSED, State.CANCELLED)
        async with self.finished:
            await self.finished.wait_for(lambda: all(r.state in final for r in self.rows))


@dataclass
class Recorder:
    """A handler that notes what it was asked, and fails as often as told."""

    failures: int = 0
    seen: list[Claim] = field(default_factory=list)

    async def __call__(self, claim: Claim) -> str:
        self.seen.append(claim)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the room cannot be reached")
        return "done by the recorder"
