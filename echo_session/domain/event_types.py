"""Everything that other systems are told of: its name, when it is sent, and the version of its schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROGRAM_CREATED: Final = "program.created"
PROGRAM_UPDATED: Final = "program.updated"
PROGRAM_ARCHIVED: Final = "program.archived"
PROGRAM_RESTORED: Final = "program.restored"
SERIES_CREATED: Final = "series.created"
SERIES_UPDATED: Final = "series.updated"
SERIES_CANCELLED: Final = "series.cancelled"
SERIES_RESTORED: Final = "series.restored"
SESSION_SCHEDULED: Final = "session.scheduled"
SESSION_UPDATED: Final = "session.updated"
SESSION_CANCELLED: Final = "session.cancelled"
SESSION_RESTORED: Final = "session.restored"
SESSION_OPENED: Final = "session.opened"
SESSION_CLOSED: Final = "session.closed"
REGISTRATION_CREATED: Final = "registration.created"
REGISTRATION_APPROVED: Final = "registration.approved"
REGISTRATION_DECLINED: Final = "registration.declined"
REGISTRATION_WAITING: Final = "registration.waiting"
REGISTRATION_WITHDRAWN: Final = "registration.withdrawn"
REGISTRATION_UPDATED: Final = "registration.updated"
PARTICIPANT_JOINED: Final = "participant.joined"
PARTICIPANT_LEFT: Final = "participant.left"
PARTICIPANT_CHECKED_IN: Final = "participant.checked_in"
PARTICIPANT_CHECKED_OUT: Final = "participant.checked_out"
ATTENDANCE_READY: Final = "attendance.ready"
ATTENDANCE_FINALIZED: Final = "attendance.finalized"
ATTENDANCE_AMENDED: Final = "attendance.amended"
ENDPOINT_TEST: Final = "endpoint.test"


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event."""

    name: str
    when: str
    """In a sentence, for the guide and the console."""
    version: int = 1
    """Of the schema of its body. A field that is added leaves it; one that goes or changes its meaning does
    not."""


CATALOGUE: Final = (
    EventType(PROGRAM_CREATED, "A program was made."),
    EventType(PROGRAM_UPDATED, "Something about a program changed: its name, its rules, its questions."),
    EventType(PROGRAM_ARCHIVED, "A program was put away; nothing new can belong to it."),
    EventType(PROGRAM_RESTORED, "A program that was put away is in use again."),
    EventType(SERIES_CREATED, "A series was made; each of its sessions is told of by `session.scheduled`."),
    EventType(SERIES_UPDATED, "Something about a series changed; each of its sessions that did is told of."),
    EventType(SERIES_CANCELLED, "A series was cancelled; each of its sessions that was is told of."),
    EventType(SERIES_RESTORED, "The cancelling of a series was taken back."),
    EventType(SESSION_SCHEDULED, "A session was planned, alone or as one of a series."),
    EventType(SESSION_UPDATED, "Something about a session changed: its time, its title, its planned end."),
    EventType(SESSION_CANCELLED, "A session was cancelled."),
    EventType(SESSION_RESTORED, "The cancelling of a session was taken back."),
    EventType(SESSION_OPENED, "The room takes people in: at its time, or when a facilitator opened it."),
    EventType(SESSION_CLOSED, "The session is over, by the clock or by a facilitator."),
    EventType(REGISTRATION_CREATED, "Somebody was registered, or asked to be; `status` says which."),
    EventType(REGISTRATION_APPROVED, "Somebody may come who was not approved before."),
    EventType(REGISTRATION_DECLINED, "A coordinator has turned a request down."),
    EventType(REGISTRATION_WAITING, "Somebody was put on the waiting list, since all places are taken."),
    EventType(REGISTRATION_WITHDRAWN, "Somebody does not come any more, or was taken off."),
    EventType(REGISTRATION_UPDATED, "Role or answers of a registration changed."),
    EventType(PARTICIPANT_JOINED, "A person is in the room, on the first of their devices."),
    EventType(PARTICIPANT_LEFT, "A person has gone, with the last of their devices."),
    EventType(PARTICIPANT_CHECKED_IN, "A person is in front of a camera that several people share."),
    EventType(PARTICIPANT_CHECKED_OUT, "A person is not in front of the shared camera any more."),
    EventType(ATTENDANCE_READY, "Seconds after the end: who was there and for how long, the whole of it."),
    EventType(ATTENDANCE_FINALIZED, "The coordinator has closed the session's attendance."),
    EventType(ATTENDANCE_AMENDED, "Attendance that was closed was corrected; the whole of it, numbered."),
    EventType(ENDPOINT_TEST, "Sent to one endpoint on request; it means nothing else."),
)
"""Every type, in the order of a session's life."""

EVENT_TYPES: Final = tuple(each.name for each in CATALOGUE)

_VERSIONS: Final = {each.name: each.version for each in CATALOGUE}


def version_of(event_type: str) -> int:
    """Of the schema by which such events are written now."""
    return _VERSIONS.get(event_type, 1)
