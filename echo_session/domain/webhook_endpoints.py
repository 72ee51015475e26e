"""An endpoint that is told of events, and the log of what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from echo_session.domain.deliveries import DeliveryState, EndpointStatus

__all__ = [
    "MAX_CHANGE_OVER",
    "MAX_ENDPOINTS",
    "AttemptRecord",
    "DeliveryRecord",
    "Endpoint",
    "EndpointChange",
]

MAX_ENDPOINTS = 50
"""Each event is sent to every one of them."""

MAX_CHANGE_OVER = timedelta(days=7)
"""The longest that a previous secret goes on signing."""


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
    response_excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One event on its way to one endpoint, or there."""

    id: str
    event_id: str
    event_type: str
    session_id: str | None
    seq: int
    state: DeliveryState
    created_at: datetime
    """When it happened."""
    delivered_at: datetime | None
    next_attempt_at: datetime | None
    """None once it is delivered or has failed."""
    counted_attempts: int
    """Tries that used up the retry schedule; probes of an endpoint that is down do not."""
    attempts: tuple[AttemptRecord, ...]
    """The latest, newest first."""
