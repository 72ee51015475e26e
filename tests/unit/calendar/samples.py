"""Parts of series with their sessions, for tests of what calendars are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from echo_session.calendar.build import Voice
from echo_session.calendar.model import Attendee, Organizer
from echo_session.domain.rules import Rule
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session
from tests.unit.calendar.reading import Shown
from tests.unit.domain.series_samples import Kept

NOW = datetime(2026, 8, 1, tzinfo=UTC)
LINK = "https://echo.example.org/join#token"
VOICE = Voice(
    stamp=NOW,
    link=lambda _: LINK,
    organizer=Organizer("ECHO sessions", "echo@hub.example"),
    attendee=Attendee(name="Dr. Ana Ortiz", address="ana@clinic.example", accepted=True),
)
FAR = NOW + timedelta(days=6 * 366)


def series(rule: Rule, start: str = "2026-09-10T12:00", zone: str = "America/Denver", **more: Any) -> Kept:
    """A series of one part."""
    starts_local = datetime.fromisoformat(start)
    return Kept.made(NOW, rule=rule, starts_local=starts_local, zone=zone, **more)


def part_of(kept: Kept, number: int = -1) -> tuple[Part, list[Session]]:
    """A part with its sessions."""
    part = kept.whole.parts[number]
    return part, [session for session in kept.whole.sessions if session.part_id == part.id]


def moved(session: Session, hours: int) -> Session:
    """The session at another time, by hand."""
    return replace(
        session,
        starts_local=session.starts_local + timedelta(hours=hours),
        starts_at=session.starts_at + timedelta(hours=hours),
        changed_by_hand=("starts_local",),
        sequence=session.sequence + 1,
    )


def as_shown(sessions: list[Session]) -> list[Shown]:
    """What a calendar is to show of these."""
    return sorted(Shown(one.starts_at, one.duration_minutes, one.title) for one in sessions)
