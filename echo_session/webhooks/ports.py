"""What the relay needs from outside: the records of deliveries, and somebody who sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from echo_session.domain.deliveries import Backlog, Outcome, Pick, Standing, Turn

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
    sent: Mapping[str, str] = field(default_factory=dict)
    """Headers of the request, as they went out."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those of the answer, fit for the log."""
    refused: bool = False
    """The guard did not let it go there."""


class DeliveryStore(Protocol):
    """The records of deliveries, shared by every relay. Each method is one transaction."""

    async def standings(self) -> list[Standing]:
        """Every enabled endpoint that waits for anything."""
        ...

    async def backlog(self, endpoint_id: str, now: datetime) -> Backlog | None:
        """The heads of its streams, if there are very many those that are due first; none if it waits for
        nothing, is not enabled or is gone."""
        ...

    async def turn(
        self,
        endpoint_id: str,
        outcomes: Sequence[Outcome],
        pick: Pick,
        *,
        now: datetime,
        lease_until: datetime,
        release: Sequence[str],
    ) -> Turn:
        """Log the attempts, apply the rulings, and claim what `pick` wants next.

        `release`: deliveries that wait for their schedule, and may go at once if a ruling says so.
        """
        ...

    async def number_events(self) -> None:
        """Have what was committed counted for the feed."""
        ...


class Sender(Protocol):
    """Sends one request."""

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST the body. Never raises for what the network or the receiver does, and takes no longer than
        its own timeout, which is well under the relay's lease."""
        ...
