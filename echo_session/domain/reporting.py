"""What reports are made of: sessions that were held, and who was there for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from echo_session.domain.attendance import Interval
from echo_session.domain.people import Role

SITE_TYPE_WORDS = {
    "health_center": "Health center",
    "hospital": "Hospital",
    "clinic": "Clinic",
    "practice": "Practice",
    "school": "School",
    "school_district": "School district",
    "university": "University",
    "government": "Government",
    "tribal": "Tribal site",
    "other": "Other",
    "": "Not known",
}

ROLE_WORDS = {
    Role.FACILITATOR.value: "Facilitator",
    Role.PANELIST.value: "Hub team",
    Role.PARTICIPANT.value: "Participant",
    Role.OBSERVER.value: "Observer",
    Role.COORDINATOR.value: "Coordinator",
}

WAY_WORDS = {"device": "Own connection", "shared": "Shared camera", "hand": "Added by hand"}


class About(StrEnum):
    """What a report is about."""

    SESSION = "session"
    SERIES = "series"
    PROGRAM = "program"
    PERSON = "person"
    SITE = "site"
    GRANT = "grant"
    """Everything of the hub, or of one program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sessions a report takes in: those of one thing, on these days at the hub, both included."""

    about: About
    id: str = ""
    """Of the session, series, program, person or site; of a program also in a grant's, or empty."""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session that took place."""

    id: str
    title: str
    program: str
    series: str
    starts_local: datetime
    starts_at: datetime
    zone: str
    minutes: int
    """As long as it was planned, extensions included."""

    @property
    def day(self) -> date:
        """The day at the hub."""
        return self.starts_local.date()

    def local(self, instant: datetime) -> datetime:
        """The instant on the hub's clock."""
        return instant.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody worked at the time, and what is known of it now. Unknown is empty, or None."""

    id: str = ""
    name: str = ""
    type: str = ""
    county: str = ""
    state: str = ""
    rural: bool | None = None
    shortage_area: bool | None = None

    @property
    def key(self) -> str:
        """Tells places apart; one without an id is known by its name alone. Empty where there is none."""
        return self.id or self.name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person in one session. ``profession`` and ``role`` are what they were then."""

    session: Held
    person_id: str
    name: str
    email: str
    credentials: str
    profession: str
    role: str
    matched: bool
    place: Place
    first_at: datetime
    last_at: datetime
    here: bool
    present_seconds: int
    counted_seconds: int
    original_seconds: int
    corrected: bool
    way: str
    intervals: tuple[Interval, ...] = ()
    counted: tuple[Interval, ...] = ()

    @property
    def is_participant(self) -> bool:
        """Came to learn, rather than to teach, help or watch."""
        return self.role == Role.PARTICIPANT.value
