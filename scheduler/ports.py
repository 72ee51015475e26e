"""What the clock needs from outside: the table of due work, and somebody who does the work."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from scheduler.due import Claim, State

__all__ = ["DueWorkStore", "Handler"]


class DueWorkStore(Protocol):
    """The table of due work, shared by every runner. Each method is one transaction."""

    async def next_due(self) -> datetime | None:
        """When the first unfinished row needs somebody: its instant, or the end of its lease."""
        ...

    async def claim(self, now: datetime, lease_until: datetime) -> Claim | None:
        """Claim the earliest row that is due at `now`, by a conditional update; none if nothing is due.

        Rows of one session are handed out one after the other, in the order of their instants.
        """
        ...

    async def finish(self, claim: Claim, state: State, outcome: str, now: datetime) -> bool:
        """Record the final `state` if the claim still holds; false if it was lost or is finished already."""
        ...

    async def release(self, claim: Claim, retry_at: datetime, outcome: str) -> bool:
        """Give the row back, to be claimed by anybody from `retry_at` on; false if the claim was lost."""
        ...


class Handler(Protocol):
    """Does one action."""

    async def __call__(self, claim: Claim) -> str:
        """Do what the claim says and return a short outcome for the record.

        A runner may die between the effect and its record, so the durable part of the effect and the end of
        the claim belong into one transaction (`echo_session.store.due_work.finish_within`); what is not
        durable must bear being done twice. Any exception means "try again later", except `ClaimLost`: then it
        is somebody else's, or nobody's.
        """
        ...
