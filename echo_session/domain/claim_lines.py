"""A claim as the accredited provider needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedClaim:
    """Who claims how much of what for when, and what they said of themselves when they registered."""

    id: str
    state: str
    person_id: str
    name: str
    credentials: str
    email: str
    profession: str
    site: str
    session_id: str
    title: str
    starts_local: datetime
    zone: str
    program: str
    type: str
    provider: str
    minutes: int
    credit: str
    counted_seconds: int
    claimed_at: datetime
    changes: int
    """How often an amendment changed it."""
    edition: int | None
    """Of the session's attendance that it stands on."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """By question."""
