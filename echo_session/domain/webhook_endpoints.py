"""An endpoint that is told of events, and the log of what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from echo_session.domain.deliveries import DeliveryState, EndpointStatus

__all__ = [
    "MAX_CHANGE_OVER",
    "MAX_ENDPOINTS",
    "MAX_REPLAYED",
    "AttemptRecord",
    "DeliveryDetail",
    "DeliveryRecord",
    "Endpoint",
    "EndpointChange",
    "FeedPage",
    "Replayed",
    "Told",
    "Which",
]

MAX_ENDPOINTS = 50
"""Each event is sent to every one of them."""

MAX_CHANGE_OVER = timedelta(days=7)
"""The longest that a previous secret goes on signing."""


MAX_REPLAYED = 100_000
"""Events of one replay; who wants more asks again for the next range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where events go; its secret is not shown again once it was made."""

    id: str
    url: str
    description: str
    event_types: tuple[str, ...]
    """Empty means all."""
    status: EndpointStatus
    disabled_reason: str
    created_at: datetime
    previous_secret_until: datetime | None
    failing_since: datetime | None
    failures: int
    next_attempt_at: datetime | None
    """When an endpoint that is down is tried again."""
    pending: int
    """Events on their way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChange:
    """What is to be different; None leaves a field as it is."""

    url: str | None = None
    description: str | None = None
    event_types: tuple[str, ...] | None = None
    status: EndpointStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One try."""

    at: datetime
    status: int | None
    error: str
    duration_ms: int
    request: Mapping[str, Any]
    """``url`` and ``headers``, without what is secret in them."""
    response_headers: Mapping[str, Any]
    response_excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One event on its way to one endpoint, or there."""

    id: str
    event_id: str
    endpoint_id: str
    event_type: str
    session_id: str | None
    stream: str
    seq: int
    state: DeliveryState
    created_at: datetime
    """When it happened."""
    delivered_at: datetime | None
    next_attempt_at: datetime | None
    """None once it is delivered or has failed."""
    counted_attempts: int
    """Tries that used up the retry schedule; probes of an endpoint that is down do not."""
    replays: int
    """How often it was asked for again."""
    attempts: tuple[AttemptRecord, ...]
    """The latest, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDetail:
    """A delivery with the body that is sent."""

    record: DeliveryRecord
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Events to be sent once more: these, or those of a range of instants or numbers."""

    event_ids: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """That instant itself is no part of it."""
    after: int | None = None
    up_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay came to."""

    queued: int
    """Events that are on their way again, or for the first time to this endpoint."""
    waiting: int
    """Events that were on their way already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of the feed."""

    number: int
    id: str
    stream: str
    session_id: str | None
    seq: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """Events in the order of their numbers."""

    events: tuple[Told, ...]
    next: int
    """What to ask after, the next time."""
    more: bool
    """There are more at once."""
    oldest: int | None
    """The lowest number that is still kept; none where there is no event."""
