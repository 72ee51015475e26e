"""Who was at a session, with their time: what reports, credit and the scheduling system are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from echo_session.domain.counting import PersonTime
from echo_session.domain.frames import Break, Frame
from echo_session.domain.sessions import Session
from echo_session.domain.spans import Span

EditionKind = Literal["ready", "finalized", "amended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What somebody was at the time."""

    site_id: str | None
    site: str
    profession: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A person and their time. Site, profession and role are what they were at the time."""

    time: PersonTime
    name: str
    email: str
    site_id: str | None
    site: str
    profession: str
    role: str
    matched: bool
    shared_with: str = ""
    """Name of whoever's device they were in front of; empty where they were not."""
    were: Mapping[str, Snapshot] = field(default_factory=dict)
    """The same of everybody who turned out to be this person, by id: should they be two after all."""

    @property
    def person_id(self) -> str:
        """Who."""
        return self.time.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimes:
    """Everybody's time in one session, by site and name, and the chain that it stands on."""

    session: Session
    people: tuple[Attendee, ...]
    frame: Frame
    links: int
    head: str

    @property
    def countable_seconds(self) -> int:
        """The most that anybody's counted time can be."""
        return self.frame.seconds

    @property
    def windows(self) -> tuple[Span, ...]:
        """What counts, breaks not taken out."""
        return self.frame.windows

    @property
    def breaks(self) -> tuple[Break, ...]:
        """What does not. One that nobody ended goes on to the end of the session."""
        end = self.session.closed_at
        return tuple(
            replace(one, end=max(one.start, end)) if one.end is None and end is not None else one
            for one in self.frame.breaks
        )

    def of(self, person_id: str) -> Attendee | None:
        """This person's line, if they have one."""
        return next((one for one in self.people if one.person_id == person_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What was told of a session's attendance, and when: 0 is ready, 1 final, from 2 on amendments."""

    session_id: str
    number: int
    kind: EditionKind
    at: datetime
    by: str
    reason: str
    links: int
    head: str
