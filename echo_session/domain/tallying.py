"""Adding up attendance: each person once, each site once, over any number of sessions.

Pure. Lines come in any order and in parts; only time that counts makes somebody one who took part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from echo_session.domain.reporting import ROLE_WORDS, SITE_TYPE_WORDS, Held, Line, Place

UNKNOWN = "Not known"


class By(StrEnum):
    """How people are told apart into groups; the values are headings."""

    PROFESSION = "Profession"
    ROLE = "Role"
    COUNTY = "County"
    STATE = "State"
    RURAL = "Rural site"
    SHORTAGE = "Shortage-area site"
    SITE_TYPE = "Type of site"
    SITE = "Site"
    PROGRAM = "Program"
    MONTH = "Month"


@dataclass(slots=True)
class Group:
    """What came together under one word."""

    people: set[str] = field(default_factory=set)
    participants: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    attendances: int = 0
    seconds: int = 0

    def add(self, line: Line) -> None:
        """Takes in a line."""
        self.people.add(line.person_id)
        if line.is_participant:
            self.participants.add(line.person_id)
        if line.place.key:
            self.sites.add(line.place.key)
        self.sessions.add(line.session.id)
        self.attendances += 1
        self.seconds += line.counted_seconds


@dataclass(slots=True)
class PersonTotal:
    """One person over all sessions; who they are is what their latest session says."""

    latest: Line
    first_day: date
    last_day: date
    sessions: int = 0
    seconds: int = 0


@dataclass(slots=True)
class SessionTotal:
    """One session and everybody in it."""

    held: Held
    group: Group = field(default_factory=Group)


class Tally:
    """Takes lines in and knows the totals."""

    def __init__(self) -> None:
        self.everything = Group()
        self.groups: dict[By, dict[str, Group]] = {by: {} for by in By}
        self.people: dict[str, PersonTotal] = {}
        self.sessions: dict[str, SessionTotal] = {}
        self.places: dict[str, Place] = {}
        self.unmatched: set[str] = set()

    def hold(self, sessions: Iterable[Held]) -> None:
        """Takes in sessions, those too to which nobody came."""
        for held in sessions:
            self.sessions.setdefault(held.id, SessionTotal(held))

    def add(self, lines: Iterable[Line]) -> None:
        """Takes in lines; those without counted time tell of nobody who took part."""
        for line in lines:
            if line.counted_seconds > 0:
                self._add(line)

    def _add(self, line: Line) -> None:
        self.hold([line.session])
        self.everything.add(line)
        self.sessions[line.session.id].group.add(line)
        if line.place.key:
            self.places[line.place.key] = line.place
        if not line.matched:
            self.unmatched.add(line.person_id)
        for by, word in _words(line):
            self.groups[by].setdefault(word, Group()).add(line)
        self._add_person(line)

    def _add_person(self, line: Line) -> None:
        day = line.session.day
        total = self.people.setdefault(line.person_id, PersonTotal(line, day, day))
        if (line.session.starts_at, line.session.id) >= (
            total.latest.session.starts_at,
            total.latest.session.id,
        ):
            total.latest = line
        total.first_day, total.last_day = min(total.first_day, day), max(total.last_day, day)
        total.sessions += 1
        total.seconds += line.counted_seconds

    @property
    def minutes_held(self) -> int:
        """Of all sessions together, as they were planned."""
        return sum(total.held.minutes for total in self.sessions.values())

    @property
    def counties(self) -> int:
        """Different counties of the sites, where they are known."""
        return len({(place.state, place.county) for place in self.places.values() if place.county})

    def places_where(self, *, rural: bool | None = None, shortage_area: bool | None = None) -> int:
        """Sites of which this is known."""
        return sum(
            1
            for place in self.places.values()
            if (rural is None or place.rural is rural)
            and (shortage_area is None or place.shortage_area is shortage_area)
        )

    def in_order(self, by: By) -> list[tuple[str, Group]]:
        """The groups, the largest first, what is not known last; months in their order."""
        found = self.groups[by].items()
        if by is By.MONTH:
            return sorted(found)
        return sorted(found, key=lambda one: (one[0] == UNKNOWN, -len(one[1].people), one[0].casefold()))


def _words(line: Line) -> Iterable[tuple[By, str]]:
    place, session = line.place, line.session
    county = f"{place.county}, {place.state}" if place.state else place.county
    yield By.PROFESSION, line.profession or UNKNOWN
    yield By.ROLE, ROLE_WORDS.get(line.role, line.role) or UNKNOWN
    yield By.COUNTY, county if place.county else UNKNOWN
    yield By.STATE, place.state or UNKNOWN
    yield By.RURAL, _yes_no(place.rural)
    yield By.SHORTAGE, _yes_no(place.shortage_area)
    yield By.SITE_TYPE, SITE_TYPE_WORDS.get(place.type, place.type) or UNKNOWN
    yield By.SITE, place.name or UNKNOWN
    yield By.PROGRAM, session.program or "No program"
    yield By.MONTH, f"{session.day:%Y-%m}"


def _yes_no(value: bool | None) -> str:
    return UNKNOWN if value is None else "Yes" if value else "No"
