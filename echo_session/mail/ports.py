"""What the mail worker needs from outside: the records of mail, and somebody who carries it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from echo_session.domain.mail import ClaimedMail, Outcome, Ruling
from echo_session.domain.mail_material import Material

__all__ = ["Begun", "Envelope", "MailStore", "Message", "Transport"]

Begun = Callable[[], Awaitable[bool]]
"""Puts down that the text is about to be sent; false if somebody else has the message by now."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, under which Message-ID (with its angle brackets)."""

    sender: str
    recipient: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message, ready to be sent."""

    envelope: Envelope
    subject: str
    data: bytes


class MailStore(Protocol):
    """The records of mail, shared by every worker. Each method is one transaction."""

    async def spread(self, now: datetime) -> bool:
        """Turn a stretch of the oldest mailing that is due into messages; false if none is due."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next message is to be sent; none where nothing waits."""
        ...

    async def claim(self, now: datetime, lease_until: datetime) -> ClaimedMail | None:
        """Take the message that has waited longest; none if none is due."""
        ...

    async def material(self, claim: ClaimedMail, now: datetime) -> Material | str:
        """What the message is about, as it is now; or why there is nothing to say any more."""
        ...

    async def begun(self, claim: ClaimedMail, subject: str, lease_until: datetime) -> bool:
        """Put down that the text is about to be sent; false if the claim is lost."""
        ...

    async def record(self, claim: ClaimedMail, subject: str, ruling: Ruling, now: datetime) -> bool:
        """Apply the ruling; false if the claim had been lost."""
        ...


class Transport(Protocol):
    """One line to a mail server, or to whatever stands for it. Used by one task at a time."""

    async def send(self, message: Message, begun: Begun) -> Outcome:
        """Carry one message. Never raises for what the network or the server does, and ends in time."""
        ...

    async def close(self) -> None:
        """Hang up; idempotent. `send` may be called again."""
        ...
