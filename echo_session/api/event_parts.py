"""What the events that other systems are told of consist of. Their JSON Schemas are made from these."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, WithJsonSchema

from echo_session.api.models import RoleName

WallTime = Annotated[
    NaiveDatetime,
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}),
]
"""Without an offset: no RFC 3339."""
Seconds = Annotated[int, Field(ge=0)]
Revision = Annotated[int, Field(ge=1, description="Grows with every change: of two states keep the higher")]
Changed = Annotated[
    list[str], Field(description="Names of the fields that differ from before; empty where it is new")
]


class Part(BaseModel):
    """Base of whatever is in an event."""

    model_config = ConfigDict(extra="forbid")


class Data(Part):
    """What every event's ``data`` has."""

    stream: str = Field(description="What arrives in order: id of the session, else of the series or program")
    seq: int = Field(ge=1, description="Counts the events of the stream from 1")


class Question(Part):
    """Something that the program asks of those who register."""

    id: str
    kind: str
    label: str
    help: str
    required: bool
    options: list[str]


class Consent(Part):
    """Something that they agree to."""

    id: str
    title: str
    text: str
    required: bool


class Program(Part):
    """What a hub offers over the years."""

    id: str
    slug: str = Field(description="Names its public page")
    name: str
    summary: str
    contact: str
    zone: str = Field(description="IANA time zone")
    public: bool = Field(description="Its page is shown, and people may register there")
    approval: Literal["open", "coordinator"]
    capacity: int | None = Field(description="Most participants at a time; null: no limit")
    waiting_list: bool
    reminders: list[int] = Field(description="Minutes before the start")
    questions: list[Question]
    consents: list[Consent]
    archived_at: AwareDatetime | None
    created_at: AwareDatetime
    revision: Revision


class Position(Part):
    """Such as the second Tuesday; -1 is the last."""

    week: int
    day: str


class Rule(Part):
    """On which dates: weekly, monthly by weekday, or the dates one by one."""

    freq: Literal["weekly", "monthly", "dates"]
    interval: int | None = None
    weekdays: list[str] | None = None
    positions: list[Position] | None = None
    dates: list[date] | None = None
    until: date | None = None
    count: int | None = None
    exclude: list[date] = Field(description="Dates that are left out")


class SeriesPart(Part):
    """A stretch of a series under one rule."""

    id: str
    zone: str
    starts_local: WallTime = Field(description="As clocks in the zone show it")
    duration_minutes: int
    rule: Rule
    uid: str = Field(description="iCalendar UID")


class Series(Part):
    """Sessions that belong together."""

    id: str
    program_id: str
    slug: str
    title: str
    description: str
    contact: str
    lead_minutes: int
    overrun_minutes: int
    lobby: bool
    public: bool
    approval: Literal["", "open", "coordinator"] = Field(description="Empty: as the program")
    capacity: int | None
    waiting_list: bool
    status: Literal["active", "cancelled"]
    parts: list[SeriesPart]
    created_at: AwareDatetime
    revision: Revision


class Session(Part):
    """One meeting."""

    id: str
    title: str
    description: str
    contact: str
    zone: str = Field(description="IANA time zone")
    starts_local: WallTime = Field(description="As clocks in the zone show it: what people agreed on")
    starts_at: AwareDatetime
    duration_minutes: int
    lead_minutes: int
    overrun_minutes: int
    extended_minutes: int
    opens_at: AwareDatetime
    ends_at: AwareDatetime = Field(description="As planned, extensions included")
    closes_at: AwareDatetime
    status: Literal["scheduled", "open", "closed", "cancelled"]
    cancel_reason: str
    program_id: str | None
    series_id: str | None
    lobby: bool
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    created_at: AwareDatetime
    revision: Revision


class SessionRef(Part):
    """Which session."""

    id: str
    title: str


class SiteRef(Part):
    """Where somebody works."""

    id: str
    name: str


class Scope(Part):
    """What a registration is for."""

    kind: Literal["session", "series", "program"]
    id: str
    title: str


class Registration(Part):
    """Who may come, to what, as what. The personal link is not told: whoever has it can come in."""

    id: str
    person_id: str
    scope: Scope
    role: RoleName
    status: Literal["approved", "pending", "waiting", "declined", "withdrawn"]
    source: Literal["invited", "public", "import"]
    answers: list[dict[str, Any]] = Field(description="To the program's questions: id, label, value")
    consents: list[dict[str, Any]] = Field(description="What was agreed to: id, title, text, agreed_at")
    queued_at: AwareDatetime = Field(description="Place on the waiting list")
    decided_at: AwareDatetime | None
    removed_at: AwareDatetime | None
    created_at: AwareDatetime
    revision: Revision


class Registrant(Part):
    """Whom a registration is for."""

    id: str
    name: str
    email: str
    profession: str
    credentials: str
    site: SiteRef | None
    matched: bool = Field(description="False where only their own word says who it is")


class Participant(Part):
    """Somebody in a session."""

    id: str
    name: str
    email: str
    profession: str
    site: str
    role: RoleName
    matched: bool = Field(description="False where only their own word says who it is")


class Stay(Part):
    """From when until when somebody was there."""

    joined_at: AwareDatetime
    left_at: AwareDatetime | None
    seconds: Seconds


class Chain(Part):
    """Length and head of the session's attendance record: what a later check is compared with."""

    links: int = Field(ge=0)
    head: str
