"""What a message is about, as the records have it when the message is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.people import Registration
from echo_session.domain.programs import Program
from echo_session.domain.series import Part, Series
from echo_session.domain.sessions import Session

__all__ = ["ALSO", "EVERYTHING", "MAX_EVENTS", "Found", "Learning", "Material", "Upcoming"]

ALSO = "also:"
"""Begins the ``part`` of a message that only brings a further event: iTIP allows one UID a message."""
EVERYTHING = "everything"
"""The ``part`` of a message with more events than anybody wants messages about; they come as one file."""
MAX_EVENTS = 5
"""So many messages a person gets of one mailing, at most."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next sessions of something, and how many there are."""

    sessions: tuple[Session, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that somebody who lost their link is registered for."""

    registration: Registration
    title: str
    zone: str
    """Of the person; empty where it is not known."""
    next: Session | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """Somebody's time in a session, and what they can do with it."""

    person_id: str
    name: str
    sentence: str
    """How long they were there."""
    types: tuple[str, ...]
    """Names of the credit types that they can claim."""
    evaluate: bool
    """There is an evaluation that they have not sent."""
    certificate: bool
    closes_at: datetime
    until: datetime
    """When the link is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a message is made of. What does not belong to it is None or empty."""

    registration: Registration | None = None
    zone: str = ""
    """Of the person; empty where it is not known."""
    program: Program | None = None
    series: Series | None = None
    session: Session | None = None
    """Set where the message is about this one alone."""
    upcoming: Upcoming = Upcoming()
    parts: tuple[Part, ...] = ()
    """Whose events the message carries, or in whose event its session is."""
    part_sessions: tuple[Session, ...] = ()
    """All sessions of these parts, cancelled ones too."""
    single: Session | None = None
    """A session that is an event of its own, which the message carries."""
    withdrawn: bool = False
    """The person is not registered any more, so the calendar is to forget it."""
    whole: bool = False
    """The person never had this event by mail, so all of it goes to their calendar, not one date alone."""
    learning: Learning | None = None
    """After a session."""
    found: tuple[Found, ...] = ()
    """Where links were lost."""
