"""An event on its way to a receiver: the words that the relay and the tables share.

Standard library only. Times are aware and in UTC. A stream is what must arrive in order at one endpoint: the
events of one session, or of a program or series. Its head is its oldest undelivered event, the only one that
may be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

__all__ = [
    "AT_ONCE",
    "Attempt",
    "Backlog",
    "ClaimedDelivery",
    "DeliveryState",
    "EndpointStatus",
    "Head",
    "Landing",
    "Outcome",
    "Pick",
    "Ruling",
    "Standing",
    "Turn",
]


AT_ONCE = datetime.min.replace(tzinfo=UTC)
"""Due, whatever the clock says: for what was never tried. A clock that ran ahead must not hold it up."""


class EndpointStatus(StrEnum):
    """Whether an endpoint is told anything. While it is paused what happens is kept for it, while it is
    disabled not; what is on its way waits in both cases."""

    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class DeliveryState(StrEnum):
    """`delivered` and `failed` (every retry used up) are final."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Head:
    """The oldest undelivered event of one stream."""

    delivery_id: str
    stream: str
    created_at: datetime
    attempts: int
    """Tries that counted against the retry schedule."""
    next_attempt_at: datetime
    """When the schedule asks for the next try."""
    lease_until: datetime | None
    epoch: int
    """How often it has been claimed."""
    asked: bool = False
    """Somebody waits to see it arrive: a test, which goes before all else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint is doing."""

    endpoint_id: str
    failures: int
    """Tries that failed since the last that did not; 0 while the endpoint is up."""
    next_attempt_at: datetime | None
    """When an endpoint that is down may be tried again."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What one enabled endpoint is waiting for."""

    standing: Standing
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """One delivery that is ours until `lease_until`, with all it takes to send it."""

    id: str
    endpoint_id: str
    event_id: str
    stream: str
    payload: Mapping[str, Any]
    url: str
    secrets: tuple[str, ...]
    """The endpoint's secret, and while it changes over the previous one too."""
    attempts: int
    next_attempt_at: datetime
    endpoint_failures: int
    epoch: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one try."""

    at: datetime
    status: int | None
    """HTTP status; none if no answer came."""
    error: str
    """What went wrong, for people to read; empty if the receiver accepted."""
    duration_ms: int
    response_excerpt: str = ""
    retry_after: str | None = None
    """The header of that name, as it came."""
    request: Mapping[str, Any] = field(default_factory=dict)
    """``url`` and ``headers`` for the log, without what is secret."""
    response_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an attempt means for its delivery and for the endpoint."""

    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    endpoint_up: bool | None
    """Whether the endpoint answers as it should; none if the attempt says nothing new of it."""
    endpoint_next_attempt_at: datetime | None = None
    """When to try a failing endpoint again; none while it is up."""
    releases_backlog: bool = False
    """The endpoint has come back: everything that waits for its schedule may go now."""
    disables: str = ""
    """Why the endpoint is to be disabled; empty if it is not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A try that is over, to be recorded."""

    claim: ClaimedDelivery
    attempt: Attempt
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Landing:
    """What the records say once outcomes are in."""

    standing: Standing
    heads: Mapping[str, Head | None]
    """Of each stream that something was recorded for: what waits there now."""


Pick = Callable[[Landing], Sequence[Head]]
"""Says what to send next. Called within the transaction, so it may not wait for anything."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of recording outcomes and claiming what is next."""

    open: bool
    """False where the endpoint is paused, disabled or gone, and nothing is to be sent to it."""
    held: tuple[bool, ...] = ()
    """For each outcome: false where its claim had been lost."""
    claims: tuple[ClaimedDelivery, ...] = ()
    lost: tuple[Head, ...] = ()
    """What was picked, but somebody else has."""
