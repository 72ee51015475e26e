"""What a session asks of the clock: which due work its times call for.

Pure. Whoever changes a session's times or status calls `wanted_work` and hands the result to
`echo_session.store.due_work.replan` in the same transaction. An occurrence is keyed by its instant, so that moving a
session cancels what no longer holds and asks anew, while what has already taken effect stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["CLOSE_ROOM", "OPEN_ROOM", "WARNING", "WARN_ENDING", "WantedWork", "warn_at", "wanted_work"]

OPEN_ROOM = "open_room"
WARN_ENDING = "warn_ending"
CLOSE_ROOM = "close_room"

WARNING = timedelta(minutes=5)
"""How long before the end people are told, unless the session is shorter than twice this."""


@dataclass(frozen=True, slots=True)
class WantedWork:
    """One action at one instant (UTC). `occurrence` names it among all of the same action and session."""

    action: str
    due_at: datetime

    @property
    def occurrence(self) -> str:
        """The instant in UTC to the microsecond, so that equal instants are equal texts."""
        return self.due_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def warn_at(starts_at: datetime, ends_at: datetime) -> datetime:
    """When to warn that the session ends: `WARNING` before the end, or at half time if that is later."""
    return ends_at - min(WARNING, (ends_at - starts_at) / 2)


def wanted_work(
    status: str, *, opens_at: datetime, starts_at: datetime, ends_at: datetime, closes_at: datetime
) -> tuple[WantedWork, ...]:
    """The due work of a session in `status` (scheduled, open, closed, cancelled), oldest first.

    A closed or cancelled session wants nothing. An open one is not opened again.
    """
    if status not in ("scheduled", "open"):
        return ()
    ending = (WantedWork(WARN_ENDING, warn_at(starts_at, ends_at)), WantedWork(CLOSE_ROOM, closes_at))
    if status == "open":
        return ending
    return (WantedWork(OPEN_ROOM, opens_at), *ending)
