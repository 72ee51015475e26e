"""One device of one person in one room, as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["lobby", "joined", "lost", "left", "removed"]

HERE: frozenset[State] = frozenset({"joined", "lost"})
"""In the room, if only for the seconds in which a lost line may come back."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment on both clocks of the media node; ``boot_id`` says which life of its kernel."""

    wall_utc: datetime
    boottime_ns: int
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A connection. ``spell`` is the number of its latest stay, from 1; 0 before the first."""

    connection_id: str
    session_id: str
    person_id: str
    registration_id: str | None
    role: str
    name: str
    site: str
    profession: str
    device: str
    secret_hash: str
    incarnation: str
    spell: int
    attending: bool
    """True while that stay is open."""
    state: State
    entered_at: datetime
    seen: Instant | None
    """Last authenticated packet."""
