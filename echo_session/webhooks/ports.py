"""What the relay needs from outside: the records of deliveries, and somebody who sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from echo_session.domain.deliveries import Attempt, Backlog, ClaimedDelivery, Head, Ruling

__all__ = ["Answer", "DeliveryStore", "Sender"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or what went wrong."""

    status: int | None
    """HTTP status; none if no answer came."""
    error: str
    """For people to read; empty if the receiver accepted."""
    excerpt: str = ""
    """Beginning of the body, as text."""
    retry_after: str | None = None


class DeliveryStore(Protocol):
    """The records of deliveries, shared by every relay. Each method is one transaction."""

    async def backlogs(self) -> list[Backlog]:
        """The heads of every stream of every enabled endpoint that waits for anything."""
        ...

    async def backlog(self, endpoint_id: str) -> Backlog | None:
        """The heads of one endpoint's streams; none if it waits for nothing, is disabled or gone."""
        ...

    async def claim(self, head: Head, now: datetime, lease_until: datetime) -> ClaimedDelivery | None:
        """Take the head, unless somebody has since it was read, or its endpoint is disabled or gone."""
        ...

    async def record(self, claim: ClaimedDelivery, attempt: Attempt, ruling: Ruling) -> bool:
        """Log the attempt and apply the ruling; false if the claim had been lost."""
        ...


class Sender(Protocol):
    """Sends one request."""

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST the body. Never raises for what the network or the receiver does, and takes no longer than
        its own timeout, which is well under the relay's lease."""
        ...
