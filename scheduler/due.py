"""Rules of due work, without I/O: what may be claimed, what runs late and what is recorded as missed.

All times are aware and in UTC. The table of due work is the truth; everything here is a function of a row
and a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = [
    "ON_TIME",
    "Action",
    "Claim",
    "Missed",
    "Run",
    "State",
    "claimable",
    "decide",
    "retry_delay",
    "wake_at",
]

ON_TIME = timedelta(seconds=5)
"""Work that starts within this of its instant counts as on time in outcomes and logs."""

RETRY_FIRST = timedelta(seconds=1)
RETRY_LONGEST = timedelta(seconds=30)


class Action(StrEnum):
    """What the clock does to a session."""

    OPEN_ROOM = "open_room"
    WARN_ENDING = "warn_ending"
    CLOSE_ROOM = "close_room"
    SEND_REMINDER = "send_reminder"
    FINALISE = "finalise"
    OFFER_CREDIT = "offer_credit"


class State(StrEnum):
    """Where a row of due work stands. `done`, `missed` and `cancelled` are final."""

    DUE = "due"
    CLAIMED = "claimed"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of due work that is ours until `lease_until`; `epoch` tells our claim from every other."""

    id: str
    session_id: str
    action: Action
    occurrence: int
    due_at: datetime
    ends_at: datetime
    """End of the session as it stood at the claim."""
    closes_at: datetime
    """When the session's room closes, as it stood at the claim."""
    epoch: int
    lease_until: datetime
    starts_at: datetime
    """Start of the session as it stood at the claim."""
    detail: int = 0
    """Which reminder: so many minutes before the start; 0 is the one at the opening."""
    overtaken_at: datetime | None = None
    """When the next reminder of the same session is due, as it stood at the claim."""


@dataclass(frozen=True, slots=True)
class Run:
    """The work is to be done, so much after its instant."""

    late: timedelta


@dataclass(frozen=True, slots=True)
class Missed:
    """The work makes no sense any more, and why."""

    reason: str


def claimable(state: State, due_at: datetime, lease_until: datetime | None, now: datetime) -> bool:
    """Whether a row may be claimed: it is due, or the lease of whoever claimed it has run out."""
    if state is State.DUE:
        return due_at <= now
    return state is State.CLAIMED and (lease_until is None or lease_until <= now)


def wake_at(state: State, due_at: datetime, lease_until: datetime | None) -> datetime | None:
    """When a row next needs somebody; none for a row in a final state."""
    if state is State.DUE:
        return due_at
    if state is State.CLAIMED:
        return lease_until or due_at
    return None


def decide(claim: Claim, now: datetime) -> Run | Missed:
    """What to do with claimed work at `now`, however late that is.

    | action | late | missed |
    |---|---|---|
    | open the room | until it would have closed again | after that |
    | warn of the end | until the end | after that |
    | close the room | always | never |
    | remind, before the start | until the start, or the next reminder | after that |
    | remind, at the opening | until the room closes | after that |
    | finalise | always | never |
    | offer credit | always, while it can be claimed | never |
    """
    reason = _why_missed(claim, now)
    return Missed(reason) if reason else Run(late=max(timedelta(), now - claim.due_at))


def _why_missed(claim: Claim, now: datetime) -> str:
    """Why the work makes no sense any more; empty where it does."""
    match claim.action:
        case Action.OPEN_ROOM if now >= claim.closes_at:
            return f"the room would have closed at {_time(claim.closes_at)}, before anybody could open it"
        case Action.WARN_ENDING if now >= claim.ends_at:
            return f"the session had ended at {_time(claim.ends_at)}, before anybody could be warned"
        case Action.SEND_REMINDER if claim.overtaken_at is not None and now >= claim.overtaken_at:
            return f"a later reminder, of {_time(claim.overtaken_at)}, takes its place"
        case Action.SEND_REMINDER if claim.detail > 0 and now >= claim.starts_at:
            return f"the session had begun at {_time(claim.starts_at)}, before anybody could be reminded"
        case Action.SEND_REMINDER if now >= claim.closes_at:
            return f"the room had closed at {_time(claim.closes_at)}, before anybody could be told"
        case _:
            return ""


def retry_delay(failures: int) -> timedelta:
    """How long to wait after the `failures`-th failed try (from 1): doubling from 1 s to 30 s."""
    doublings = min(max(failures, 1) - 1, 16)
    return min(RETRY_FIRST * (1 << doublings), RETRY_LONGEST)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
