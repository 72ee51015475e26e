"""What a session asks of the clock: which due work its times call for, and how the table gets there.

Pure. Whoever changes a session's times or status calls `wanted_work` and hands the result to
`echo_session.store.replan.replan` in the same transaction. What is unfinished moves with the session; what
has taken effect stays as it is, and is asked for anew, as the next occurrence, where the session has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = [
    "CLOSE_ROOM",
    "OPEN_ROOM",
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

WARNING = timedelta(minutes=5)
"""How long before the end people are told, unless the session is shorter than twice this."""

UNFINISHED = frozenset({"due", "claimed"})
HAPPENED = frozenset({"done", "missed"})


@dataclass(frozen=True, slots=True)
class WantedWork:
    """One action at one instant."""

    action: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """A row of the table: the `occurrence`-th time (from 1) that the session asked for this action."""

    id: str
    action: str
    occurrence: int
    due_at: datetime
    state: str


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


def plan(existing: Sequence[PlannedWork], wanted: Iterable[WantedWork]) -> Replan:
    """How to get from the session's `existing` rows to what is `wanted` (at most one instant an action)."""
    add: list[tuple[WantedWork, int]] = []
    move: list[tuple[str, datetime]] = []
    kept: set[str] = set()
    for work in wanted:
        rows = [row for row in existing if row.action == work.action]
        open_row = next((row for row in rows if row.state in UNFINISHED), None)
        if open_row is not None:
            kept.add(open_row.id)
            if open_row.due_at != work.due_at:
                move.append((open_row.id, work.due_at))
        elif not any(row.state in HAPPENED and row.due_at == work.due_at for row in rows):
            add.append((work, max((row.occurrence for row in rows), default=0) + 1))
    cancel = [row.id for row in existing if row.state in UNFINISHED and row.id not in kept]
    return Replan(add=tuple(add), move=tuple(move), cancel=tuple(cancel))
