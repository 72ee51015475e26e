"""The complete picture of a session's attendance, as the scheduling system is told it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from echo_session.domain.attendance import Interval
from echo_session.domain.frames import Break
from echo_session.domain.instants import rfc3339, rfc3339_or_none
from echo_session.domain.session_times import Attendee, Edition, SessionTimes
from echo_session.domain.spans import Span

Data = dict[str, Any]


def picture(times: SessionTimes, edition: Edition) -> Data:
    """All that is known of who was there: whoever missed every event before has everything in this one."""
    session = times.session
    return {
        "session": {
            "id": session.id,
            "title": session.title,
            "program_id": session.program_id,
            "series_id": session.series_id,
            "zone": session.zone,
            "starts_at": rfc3339(session.starts_at),
            "ends_at": rfc3339(session.ends_at),
            "opened_at": rfc3339_or_none(session.opened_at),
            "closed_at": rfc3339_or_none(session.closed_at),
        },
        "edition": {
            "number": edition.number,
            "kind": edition.kind,
            "at": rfc3339(edition.at),
            "by": edition.by,
            "reason": edition.reason,
        },
        "chain": {"links": edition.links, "head": edition.head},
        "countable_seconds": times.countable_seconds,
        "windows": spans(times.windows),
        "breaks": [_break(one) for one in times.breaks],
        "people": [person(one) for one in times.people],
    }


def person(one: Attendee) -> Data:
    """One person's line."""
    time = one.time
    return {
        "person_id": one.person_id,
        "name": one.name,
        "email": one.email,
        "site": {"id": one.site_id, "name": one.site} if one.site_id else None,
        "profession": one.profession,
        "role": one.role,
        "matched": one.matched,
        "way": time.way.value,
        "shared_with": one.shared_with or None,
        "first_joined_at": rfc3339(time.first_at),
        "last_left_at": None if time.here else rfc3339(time.last_at),
        "present_seconds": time.present_seconds,
        "counted_seconds": time.counted_seconds,
        "original_seconds": time.original_counted_seconds,
        "corrected": time.corrected,
        "intervals": intervals(time.intervals),
        "counted": spans(Span(one.joined_at, one.until) for one in time.counted),
        "corrections": [
            {
                "id": correction.id,
                "action": correction.action,
                "from": rfc3339(correction.start),
                "until": rfc3339(correction.end),
                "by": correction.by,
                "reason": correction.reason,
                "at": rfc3339(correction.at),
                "undone": correction.undone,
            }
            for correction in time.corrections
        ],
        "events": list(time.events),
    }


def intervals(found: Iterable[Interval]) -> list[Data]:
    """Each with how they were there."""
    return [
        {
            "joined_at": rfc3339(one.joined_at),
            "left_at": rfc3339_or_none(one.left_at),
            "seconds": one.seconds,
            "way": one.way.value,
        }
        for one in found
    ]


def spans(found: Iterable[Span]) -> list[Data]:
    """From when until when."""
    return [{"from": rfc3339(one.start), "until": rfc3339(one.end)} for one in found]


def _break(one: Break) -> Data:
    return {"id": one.id, "from": rfc3339(one.start), "until": rfc3339_or_none(one.end)}
