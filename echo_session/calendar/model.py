"""What a calendar is told of: meetings, the recurring events that they belong to, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from echo_session.domain.calendar_events import recurs
from echo_session.domain.rules import Rule
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session, Status
from echo_session.domain.times import to_local

__all__ = ["Attendee", "Event", "Instance", "Organizer", "Recurring", "Single", "events_of", "instance_of"]


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who sends the invitations."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who is invited. ``accepted`` where they registered themselves."""

    name: str
    address: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Single:
    """A session that is an event of its own, under its own UID."""

    session: Session

    @property
    def uid(self) -> str:
        """iCalendar UID."""
        return self.session.uid

    @property
    def sequence(self) -> int:
        """iCalendar SEQUENCE."""
        return self.session.sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A part of a series with the sessions that a recurrence can say: one event under the part's UID."""

    part: Part
    sessions: tuple[Session, ...]
    """In the order of the rule; those that take place."""
    title: str
    description: str
    contact: str
    sequence: int

    @property
    def uid(self) -> str:
        """iCalendar UID."""
        return self.part.uid

    @property
    def rule(self) -> Rule:
        """The rule of the part."""
        return self.part.rule

    @property
    def dates(self) -> list[date]:
        """On which dates of the rule there is a session."""
        return [original(session).date() for session in self.sessions]


@dataclass(frozen=True, slots=True)
class Instance:
    """One session of a recurring event, to be told of alone."""

    recurring: Recurring
    session: Session

    @property
    def uid(self) -> str:
        """iCalendar UID."""
        return self.recurring.uid

    @property
    def sequence(self) -> int:
        """iCalendar SEQUENCE."""
        return self.recurring.sequence


Event = Single | Recurring | Instance


def events_of(part: Part, sessions: list[Session]) -> tuple[Recurring, list[Single]]:
    """The part as one recurring event, and the sessions of it that are events of their own.

    Args:
        sessions: all of the part, cancelled ones too.
    """
    of_rule = [session for session in sessions if recurs(part, session)]
    own = [Single(session) for session in sessions if not recurs(part, session)]
    kept = sorted((one for one in of_rule if takes_place(one)), key=original)
    plain = next((one for one in kept if not one.changed_by_hand), None) or next(iter(sessions), None)
    recurring = Recurring(
        part=part,
        sessions=tuple(kept),
        title=plain.title if plain else "",
        description=plain.description if plain else "",
        contact=plain.contact if plain else "",
        sequence=max([part.sequence, *(session.sequence for session in of_rule)]),
    )
    return recurring, own


def instance_of(part: Part, sessions: list[Session], session: Session) -> Instance | Single:
    """This one session, as an instance of its part's event where it is one."""
    if not recurs(part, session):
        return Single(session)
    return Instance(events_of(part, sessions)[0], session)


def takes_place(session: Session) -> bool:
    """False where it is cancelled."""
    return session.status is not Status.CANCELLED


def original(session: Session) -> datetime:
    """The wall time that the rule gave it."""
    assert session.original_local is not None, "not an occurrence of a rule"
    return session.original_local


def ends_local(session: Session) -> datetime:
    """What clocks in its zone show at the end."""
    return to_local(session.starts_at + timedelta(minutes=session.duration_minutes), session.zone)
