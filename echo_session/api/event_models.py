"""The bodies of all events, by type."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model

from echo_session.api import event_parts as parts
from echo_session.api.event_attendance import AttendanceLine, Picture
from echo_session.domain import event_types as types
from echo_session.domain.event_types import CATALOGUE, EventType


class ProgramData(parts.Data):
    """Of a program."""

    program: parts.Program
    changed: parts.Changed


class SeriesData(parts.Data):
    """Of a series."""

    series: parts.Series
    changed: parts.Changed


class PlannedData(parts.Data):
    """Of a session that is planned or changed."""

    session: parts.Session
    changed: parts.Changed


class OpenedData(parts.Data):
    """Of a session whose room opens."""

    session: parts.Session


class ClosedData(OpenedData):
    """Of a session that is over. ``attendance.ready`` follows, with counted time."""

    attendance: list[AttendanceLine]
    chain: parts.Chain


class RegistrationData(parts.Data):
    """Of a registration."""

    registration: parts.Registration
    person: parts.Registrant


class ParticipantData(parts.Data):
    """Of somebody in a session."""

    session: parts.SessionRef
    person: parts.Participant


class JoinedData(ParticipantData):
    """Of somebody who has come."""

    joined_at: AwareDatetime


class LeftData(JoinedData):
    """Of somebody who has gone; when they were last really there, which may be before this is told."""

    left_at: AwareDatetime
    seconds: parts.Seconds


class Host(parts.Part):
    """Whose device several people share."""

    id: str
    name: str


class CheckedInData(ParticipantData):
    """Of somebody in front of a shared camera."""

    way: Literal["screen", "phone", "hand"]
    checked_in_at: AwareDatetime
    host: Host


class CheckedOutData(ParticipantData):
    """Of somebody who is not in front of it any more."""

    way: Literal["screen", "phone", "hand"]
    checked_in_at: AwareDatetime
    checked_out_at: AwareDatetime
    why: str = Field(description="self, host, hand, not_here or closing")


class Endpoint(parts.Part):
    """Where this is sent."""

    id: str
    url: str
    description: str


class TestData(parts.Data):
    """Of nothing; somebody looks whether it arrives."""

    endpoint: Endpoint


DATA: Final[dict[str, type[parts.Data]]] = {
    types.PROGRAM_CREATED: ProgramData,
    types.PROGRAM_UPDATED: ProgramData,
    types.PROGRAM_ARCHIVED: ProgramData,
    types.PROGRAM_RESTORED: ProgramData,
    types.SERIES_CREATED: SeriesData,
    types.SERIES_UPDATED: SeriesData,
    types.SERIES_CANCELLED: SeriesData,
    types.SERIES_RESTORED: SeriesData,
    types.SESSION_SCHEDULED: PlannedData,
    types.SESSION_UPDATED: PlannedData,
    types.SESSION_CANCELLED: PlannedData,
    types.SESSION_RESTORED: PlannedData,
    types.SESSION_OPENED: OpenedData,
    types.SESSION_CLOSED: ClosedData,
    types.REGISTRATION_CREATED: RegistrationData,
    types.REGISTRATION_APPROVED: RegistrationData,
    types.REGISTRATION_DECLINED: RegistrationData,
    types.REGISTRATION_WAITING: RegistrationData,
    types.REGISTRATION_WITHDRAWN: RegistrationData,
    types.REGISTRATION_UPDATED: RegistrationData,
    types.PARTICIPANT_JOINED: JoinedData,
    types.PARTICIPANT_LEFT: LeftData,
    types.PARTICIPANT_CHECKED_IN: CheckedInData,
    types.PARTICIPANT_CHECKED_OUT: CheckedOutData,
    types.ATTENDANCE_READY: Picture,
    types.ATTENDANCE_FINALIZED: Picture,
    types.ATTENDANCE_AMENDED: Picture,
    types.ENDPOINT_TEST: TestData,
}


def _exactly(value: str | int) -> Any:
    return Literal[value]


def _body(kind: EventType) -> type[BaseModel]:
    return create_model(
        kind.name,
        __config__=ConfigDict(extra="forbid"),
        __doc__=kind.when,
        type=(_exactly(kind.name), ...),
        timestamp=(AwareDatetime, Field(description="When it happened")),
        version=(_exactly(kind.version), Field(description="Of this schema")),
        data=(DATA[kind.name], ...),
    )


BODIES: Final = {kind.name: _body(kind) for kind in CATALOGUE}
"""What is sent, by the event's type."""
