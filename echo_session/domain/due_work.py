"""What a session asks of the clock: which due work its times call for, and how the table gets there.

Pure. Whoever changes a session's times or status has its work planned anew in the same transaction
(`echo_session.store.replan`). What is unfinished moves with the session; what has taken effect stays as it
is, and is asked for anew, as the next occurrence, where the session has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = [
    "CLOSE_ROOM",
    "FINALISE",
    "OFFER_AFTER",
    "OFFER_CREDIT",
    "OPEN_ROOM",
    "SEND_REMINDER",
    "WARNING",
    "WARN_ENDING",
    "PlannedWork",
    "Replan",
    "WantedWork",
    "plan",
    "wanted_work",
    "warn_at",
]

OPEN_ROOM = "open_room"
WARN_ENDING = "warn_ending"
CLOSE_ROOM = "close_room"
SEND_REMINDER = "send_reminder"
FINALISE = "finalise"
OFFER_CREDIT = "offer_credit"

WARNING = timedelta(minutes=5)
"""How long before the end people are told, unless the session is shorter than twice this."""

OFFER_AFTER = timedelta(minutes=2)
"""After the end people are written to about their credit: who sees it in the room needs no mail to wait."""

UNFINISHED = frozenset({"due", "claimed"})
HAPPENED = frozenset({"done", "missed"})


@dataclass(frozen=True, slots=True)
class WantedWork:
    """One action at one instant."""

    action: str
    due_at: datetime
    detail: int = 0
    """Of a reminder, its minutes before the start; 0 is the one at the opening."""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A row of the table: the `occurrence`-th time (from 1) that the session asked for this action, or for
    this reminder."""

    id: str
    action: str
    occurrence: int
    due_at: datetime
    state: str
    detail: int = 0


@dataclass(frozen=True, slots=True)
class Replan:
    """The changes that make the table what is wanted."""

    add: tuple[tuple[WantedWork, int], ...] = ()
    """New rows, each with its occurrence."""
    move: tuple[tuple[str, datetime], ...] = ()
    """Ids of unfinished rows and their new instants; whoever had claimed one has lost it."""
    cancel: tuple[str, ...] = ()
    """Ids of unfinished rows that nobody wants any more."""


def warn_at(starts_at: datetime, ends_at: datetime) -> datetime:
    """When to warn that the session ends: `WARNING` before the end, or at half time if that is later."""
    return ends_at - min(WARNING, (ends_at - starts_at) / 2)


def wanted_work(
    status: str,
    *,
    opens_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    closes_at: datetime,
    closed_at: datetime | None = None,
    reminders: Iterable[int] = (),
) -> tuple[WantedWork, ...]:
    """The due work of a session in `status` (scheduled, open, closed, cancelled).

    A cancelled session wants nothing. A closed one is finalised and credit for it
    offered. An open one is not opened again.

    Args:
        closed_at: when it was closed, if it was.
        reminders: minutes before the start; 0 is when the room opens.
    """
    if status == "closed" and closed_at is not None:
        return (WantedWork(FINALISE, closed_at), WantedWork(OFFER_CREDIT, closed_at + OFFER_AFTER))
    if status not in ("scheduled", "open"):
        return ()
    ending = (WantedWork(WARN_ENDING, warn_at(starts_at, ends_at)), WantedWork(CLOSE_ROOM, closes_at))
    opening = (WantedWork(OPEN_ROOM, opens_at),) if status == "scheduled" else ()
    return (*opening, *ending, *_reminders(reminders, opens_at, starts_at))


def _reminders(reminders: Iterable[int], opens_at: datetime, starts_at: datetime) -> Iterable[WantedWork]:
    """Of two that fall on one instant, the one nearer to the start."""
    by_instant: dict[datetime, int] = {}
    for minutes in sorted(set(reminders), reverse=True):
        by_instant[starts_at - timedelta(minutes=minutes) if minutes else opens_at] = minutes
    return [WantedWork(SEND_REMINDER, due_at, minutes) for due_at, minutes in by_instant.items()]


def plan(existing: Sequence[PlannedWork], wanted: Iterable[WantedWork], *, now: datetime) -> Replan:
    """How to get from the session's `existing` rows to what is `wanted` (at most one instant an action and
    detail).

    A change never makes a reminder that would have been due before it: who is told of the change is
    reminded by that. Nor does it offer credit for what was over long before. What was asked for and is late
    stays, for the runner to decide.
    """
    add: list[tuple[WantedWork, int]] = []
    move: list[tuple[str, datetime]] = []
    kept: set[str] = set()
    for work in wanted:
        too_late = work.action in (SEND_REMINDER, OFFER_CREDIT) and work.due_at <= now
        rows = [row for row in existing if (row.action, row.detail) == (work.action, work.detail)]
        open_row = next((row for row in rows if row.state in UNFINISHED), None)
        if open_row is not None:
            if open_row.due_at == work.due_at:
                kept.add(open_row.id)
            elif not too_late:
                kept.add(open_row.id)
                move.append((open_row.id, work.due_at))
        elif not too_late and not any(row.state in HAPPENED and row.due_at == work.due_at for row in rows):
            add.append((work, max((row.occurrence for row in rows), default=0) + 1))
    cancel = [row.id for row in existing if row.state in UNFINISHED and row.id not in kept]
    return Replan(add=tuple(add), move=tuple(move), cancel=tuple(cancel))
