"""Who was there: the people behind the intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.attendance import Interval
from echo_session.domain.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAttendance:
    """One person's time in one session; ``intervals`` has at least one."""

    person_id: str
    name: str
    site: str
    role: str
    profession: str
    matched: bool
    intervals: tuple[Interval, ...]

    @property
    def here(self) -> bool:
        """True while one of the intervals goes on."""
        return any(interval.open for interval in self.intervals)

    @property
    def first_joined_at(self) -> datetime:
        """The first time that they came."""
        return self.intervals[0].joined_at

    @property
    def last_left_at(self) -> datetime | None:
        """The last time that they went; None while they are here."""
        return None if self.here else self.intervals[-1].until


def report(
    intervals: Mapping[str, tuple[Interval, ...]], people: Iterable[Person], roles: Mapping[str, str]
) -> list[PersonAttendance]:
    """One line a person, by site and then by name."""
    lines = [
        PersonAttendance(
            person_id=person.id,
            name=person.name,
            site=person.site,
            role=roles.get(person.id, ""),
            profession=person.profession,
            matched=person.matched,
            intervals=intervals[person.id],
        )
        for person in people
        if intervals.get(person.id)
    ]
    return sorted(lines, key=lambda line: (line.site.casefold(), line.name.casefold(), line.person_id))
