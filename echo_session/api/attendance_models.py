"""What goes in and out about attendance."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from echo_session.api.models import NO_NUL, Instant, Out
from echo_session.api.operation import Body
from echo_session.domain import correcting, people

Way = Literal["device", "shared", "hand"]
Reason = Annotated[
    str, Field(max_length=correcting.MAX_REASON, description="Why; it is kept and shown"), NO_NUL
]
Identifier = Annotated[str, Field(max_length=80), NO_NUL]


class SpanIn(Body):
    """From one instant until a later one."""

    model_config = ConfigDict(json_schema_extra={"title": "NewSpan"})

    from_: Annotated[Instant, Field(alias="from")]
    until: Instant


class SpanOut(Out):
    """From one instant until a later one."""

    model_config = ConfigDict(json_schema_extra={"title": "Span"}, populate_by_name=True)

    from_: datetime = Field(alias="from")
    until: datetime


class SomebodyNamed(Body):
    """Somebody whom only a name stands for; they wait in the match queue."""

    name: Annotated[str, Field(max_length=people.MAX_NAME), NO_NUL]
    email: Annotated[str, Field(max_length=people.MAX_EMAIL), NO_NUL] = ""
    site_id: Identifier | None = None


class NewCorrection(SpanIn):
    """Somebody was there then as well (add), or was not (strike). Exactly one of person_id and person."""

    model_config = ConfigDict(json_schema_extra={"title": "NewCorrection"})

    person_id: Identifier | None = None
    person: SomebodyNamed | None = None
    action: Literal["add", "strike"]
    reason: Reason

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.person_id is None) == (self.person is None):
            raise ValueError("needs exactly one of person_id and person")
        return self


class Undoing(Body):
    """Why a correction is taken back."""

    reason: Reason


class WindowsChange(Body):
    """What counts, as a whole."""

    windows: list[SpanIn] = Field(description="Only time within these counts; none: nothing counts")
    breaks: list[SpanIn] | None = Field(
        default=None,
        description="What does not count of it, in the place of the breaks that were marked; left out or"
        " null: those stay",
    )
    reason: Reason


class IntervalOut(Out):
    """A stay: absences of up to 15 seconds do not end it."""

    model_config = ConfigDict(json_schema_extra={"title": "Interval"})

    joined_at: datetime
    left_at: datetime | None = Field(description="Null while it goes on")
    seconds: int
    way: Way = Field(description="On a device, in front of a shared one, or as a correction says")


class CorrectionOut(SpanOut):
    """That somebody was there then as well, or was not."""

    model_config = ConfigDict(json_schema_extra={"title": "Correction"}, populate_by_name=True)

    id: str
    action: Literal["add", "strike"]
    by: str = Field(description="Name of whoever made it")
    reason: str
    at: datetime
    undone: bool
    undone_by: str
    undo_reason: str
    undone_at: datetime | None


class NamedSite(Out):
    """Where somebody worked at the time."""

    id: str
    name: str


class PersonAttendance(Out):
    """One person's time, on whichever of their devices, or in front of somebody else's."""

    person_id: str
    name: str
    email: str
    site: NamedSite | None
    site_name: str
    role: str
    profession: str
    matched: bool = Field(description="False where only the visitor's own word says who it is")
    way: Way
    here: bool
    first_joined_at: datetime
    last_left_at: datetime | None = Field(description="Null while they are here")
    present_seconds: int = Field(description="Of all stays together, rounded once")
    counted_seconds: int = Field(description="Of what counts of the session, rounded once")
    original_seconds: int = Field(description="What would count without any correction")
    corrected: bool
    intervals: list[IntervalOut]
    counted: list[SpanOut]
    corrections: list[CorrectionOut]
    shared_with: str | None = Field(description="Name of whoever's device they were in front of")


class EditionOut(Out):
    """What was told, and when: 0 is ready, 1 final, from 2 on amendments."""

    model_config = ConfigDict(json_schema_extra={"title": "AttendanceEdition"})

    number: int
    kind: Literal["ready", "finalized", "amended"]
    at: datetime
    by_name: str
    reason: str


class BreakOut(Out):
    """A time that does not count."""

    model_config = ConfigDict(json_schema_extra={"title": "Break"}, populate_by_name=True)

    id: str
    from_: datetime = Field(alias="from")
    until: datetime | None = Field(description="Null while it goes on")


class Breaks(Out):
    """The breaks of a session."""

    items: list[BreakOut]


class ChainOut(Out):
    """The ledger that it all stands on: its length, and the hash of its last link."""

    model_config = ConfigDict(json_schema_extra={"title": "AttendanceChain"})

    links: int
    head: str


class AttendanceSession(Out):
    """Which session."""

    id: str
    title: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class Attendance(Out):
    """Who was there from when to when, and what of it counts."""

    session: AttendanceSession
    generated_at: datetime
    state: Literal["live", "ready", "final"]
    edition: EditionOut | None = Field(description="The last that was told")
    editions: list[EditionOut]
    countable_seconds: int = Field(description="The most that anybody's counted time can be")
    windows: list[SpanOut] = Field(description="What counts, breaks not taken out")
    breaks: list[BreakOut]
    chain: ChainOut
    people: list[PersonAttendance]


class Verification(Out):
    """Whether the ledger is what was written."""

    model_config = ConfigDict(json_schema_extra={"title": "AttendanceVerification"})

    intact: bool
    links: int
    head: str
    broken_event_id: str | None = Field(description="The first event that is not what was written")
    broken_position: int | None
    problem: str | None
