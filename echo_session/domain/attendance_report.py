"""Who was there: the people behind the intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from echo_session.domain.attendance import Interval


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
