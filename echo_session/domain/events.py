"""What the scheduling system is told, and in which shape."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from echo_session.domain.attendance import Interval, total
from echo_session.domain.attendance_report import PersonAttendance
from echo_session.domain.event_types import (
    EVENT_TYPES,
    PARTICIPANT_JOINED,
    PARTICIPANT_LEFT,
    SESSION_CLOSED,
    SESSION_OPENED,
    version_of,
)
from echo_session.domain.people import Person
from echo_session.domain.sessions import Session

__all__ = [
    "EVENT_TYPES",
    "PARTICIPANT_JOINED",
    "PARTICIPANT_LEFT",
    "SESSION_CLOSED",
    "SESSION_OPENED",
    "Data",
    "attendance_fields",
    "envelope",
    "participant_joined",
    "participant_left",
    "rfc3339",
    "session_closed",
    "session_fields",
    "session_opened",
]

Data = dict[str, Any]


def envelope(event_type: str, at: datetime, stream: str, seq: int, data: Data) -> Data:
    """The whole body, as Standard Webhooks 1.0 recommends it.

    Args:
        stream: what is told of in order: the id of the session; without one, of the series or program.
        seq: counts the stream's events from 1.
    """
    return {
        "type": event_type,
        "timestamp": rfc3339(at),
        "version": version_of(event_type),
        "data": {**data, "stream": stream, "seq": seq},
    }


def session_opened(session: Session) -> Data:
    """The room takes people in."""
    return {"session": session_fields(session)}


def session_closed(session: Session, people: Iterable[PersonAttendance], links: int, head: str) -> Data:
    """The session is over; with who was there, and the length and head of the attendance chain."""
    return {
        "session": session_fields(session),
        "attendance": [attendance_fields(person) for person in people],
        "chain": {"links": links, "head": head},
    }


def participant_joined(session_id: str, title: str, person: Person, role: str, at: datetime) -> Data:
    """A person is there, on the first of their devices."""
    return {**_whom(session_id, title, person, role), "joined_at": rfc3339(at)}


def participant_left(session_id: str, title: str, person: Person, role: str, stay: Interval) -> Data:
    """A person is gone, with the last of their devices; ``stay`` is the time that just ended."""
    return {**_whom(session_id, title, person, role), **_interval(stay)}


def session_fields(session: Session) -> Data:
    """A session for those who scheduled it."""
    return {
        "id": session.id,
        "title": session.title,
        "description": session.description,
        "contact": session.contact,
        "zone": session.zone,
        "starts_local": session.starts_local.isoformat(timespec="seconds"),
        "starts_at": rfc3339(session.starts_at),
        "duration_minutes": session.duration_minutes,
        "lead_minutes": session.lead_minutes,
        "overrun_minutes": session.overrun_minutes,
        "extended_minutes": session.extended_minutes,
        "opens_at": rfc3339(session.opens_at),
        "ends_at": rfc3339(session.ends_at),
        "closes_at": rfc3339(session.closes_at),
        "status": session.status.value,
        "cancel_reason": session.cancel_reason,
        "program_id": session.program_id,
        "series_id": session.series_id,
        "lobby": session.lobby,
        "opened_at": _maybe(session.opened_at),
        "closed_at": _maybe(session.closed_at),
        "created_at": rfc3339(session.created_at),
        "revision": session.revision,
    }


def attendance_fields(person: PersonAttendance) -> Data:
    """A person's time in a session, as the API gives it too."""
    return {
        "person_id": person.person_id,
        "name": person.name,
        "site": person.site,
        "role": person.role,
        "profession": person.profession,
        "matched": person.matched,
        "here": person.here,
        "first_joined_at": rfc3339(person.first_joined_at),
        "last_left_at": _maybe(person.last_left_at),
        "seconds": total(person.intervals),
        "intervals": [_interval(interval) for interval in person.intervals],
    }


def rfc3339(instant: datetime) -> str:
    """In UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _whom(session_id: str, title: str, person: Person, role: str) -> Data:
    return {
        "session": {"id": session_id, "title": title},
        "person": {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "profession": person.profession,
            "site": person.site,
            "role": role,
            "matched": person.matched,
        },
    }


def _interval(interval: Interval) -> Data:
    return {
        "joined_at": rfc3339(interval.joined_at),
        "left_at": _maybe(interval.left_at),
        "seconds": interval.seconds,
    }


def _maybe(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
