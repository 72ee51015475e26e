"""What goes in and out about series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from echo_session.api.models import (
    Contact,
    Description,
    Duration,
    Lead,
    Lobby,
    Out,
    Overrun,
    Reason,
    Reference,
    StartsLocal,
    Title,
    Zone,
)
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery, Search
from echo_session.domain import rules
from echo_session.domain.rules import DAYS, Position, Rule, to_json

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Approval = Literal["", "open", "coordinator"]
Scope = Literal["all", "following"]


class PositionBody(Body):
    """A weekday of the month."""

    week: int = Field(description="1 to 5; -1 is the last, 5 the fifth where there is one")
    day: Weekday


class RuleBody(Body):
    """On which dates. It must end: by ``until``, by ``count``, or by naming its dates."""

    freq: Literal["weekly", "monthly", "dates"]
    interval: int = Field(1, description="Every so many weeks or months, counted from the first date's")
    weekdays: list[Weekday] = Field(default=[], description="Where weekly")
    positions: list[PositionBody] = Field(default=[], description="Where monthly")
    dates: list[date] = Field(default=[], description="The dates themselves, where freq is dates")
    until: date | None = Field(None, description="The last date that may be one")
    count: int | None = Field(
        None, description=f"So many dates, 1 to {rules.MAX_OCCURRENCES}, those that are left out among them"
    )
    exclude: list[date] = Field(default=[], description="Dates that are left out")

    def rule(self) -> Rule:
        """What the domain makes of it."""
        return Rule(
            freq=self.freq,
            interval=self.interval,
            weekdays=tuple(DAYS.index(day) for day in self.weekdays),
            positions=tuple(Position(one.week, DAYS.index(one.day)) for one in self.positions),
            dates=tuple(self.dates),
            until=self.until,
            count=self.count,
            exclude=tuple(self.exclude),
        )


FirstStart = Annotated[
    StartsLocal,
    Field(
        description="Start of the first session as clocks in the zone show it, without an offset. A date that"
        " the rule does not give becomes the next that it gives; its time of day is that of all sessions.",
        examples=["2026-09-10T12:00:00"],
    ),
]


class SeriesBody(Body):
    """What a new series would be, for a preview."""

    program_id: Reference | None = None
    title: Title = ""
    description: Description = ""
    contact: Contact = ""
    zone: Zone
    starts_local: FirstStart
    duration_minutes: Duration
    lead_minutes: Lead = 15
    overrun_minutes: Overrun = 15
    lobby: Lobby = True
    public: bool = Field(True, description="Its page is shown, and people may register there")
    approval: Approval = Field("", description="Who lets people in; empty is as the program has it")
    capacity: int | None = Field(None, description="At most so many participants; null is any number")
    waiting_list: bool = Field(False, description="Who comes when it is full waits for a place")
    rule: RuleBody


class NewSeries(SeriesBody):
    """A series to be made."""

    program_id: Reference
    title: Title


class SeriesReach(Body):
    """Which sessions: all that are to come, or one and those that follow."""

    scope: Scope = "all"
    from_session_id: Reference | None = Field(None, description="Where the scope is following")


class SeriesFields(SeriesReach):
    """What is to be different; what is left out stays. The past stays in any case.

    With ``scope`` all, a rule describes the whole series from its first date; with following, from
    ``from_session_id`` on. Without a rule, only the time of day of ``starts_local`` counts.
    """

    title: Title | None = None
    description: Description | None = None
    contact: Contact | None = None
    zone: Zone | None = None
    starts_local: FirstStart | None = None
    duration_minutes: Duration | None = None
    lead_minutes: Lead | None = None
    overrun_minutes: Overrun | None = None
    lobby: Lobby | None = None
    public: bool | None = None
    approval: Approval | None = None
    capacity: int | None = Field(None, description="Null, where given, is any number")
    waiting_list: bool | None = None
    rule: RuleBody | None = None


Notify = Annotated[bool, Field(description="Those who are registered are told by mail")]


class SeriesChangeBody(SeriesFields):
    """A change of a series."""

    notify: Notify = True


class SeriesCancellation(SeriesReach):
    """Calls off what is to come."""

    reason: Reason = ""
    notify: Notify = True


class Restoring(Body):
    """Takes a calling off back."""

    notify: Notify = True


class SeriesQuery(PageQuery):
    """Which series, and which page of them."""

    program_id: Reference | None = None
    status: Literal["active", "cancelled"] | None = None
    search: Search = ""


class PositionOut(Out):
    """A weekday of the month."""

    week: int
    day: Weekday


class WeeklyRule(Out):
    """Every so many weeks."""

    freq: Literal["weekly"]
    interval: int
    weekdays: list[Weekday]
    until: date | None
    count: int | None
    exclude: list[date]


class MonthlyRule(Out):
    """Every so many months."""

    freq: Literal["monthly"]
    interval: int
    positions: list[PositionOut]
    until: date | None
    count: int | None
    exclude: list[date]


class DatesRule(Out):
    """On these dates."""

    freq: Literal["dates"]
    dates: list[date]
    exclude: list[date]


class PartOut(Out):
    """A stretch of a series under one rule; one recurring event in calendars."""

    model_config = ConfigDict(json_schema_extra={"title": "SeriesPart"})

    id: str
    position: int
    zone: str
    starts_local: datetime
    duration_minutes: int
    rule: WeeklyRule | MonthlyRule | DatesRule
    words: str
    uid: str
    sequence: int


class SeriesOut(Out):
    """A series."""

    model_config = ConfigDict(json_schema_extra={"title": "Series"})

    id: str
    slug: str
    program_id: str
    program_name: str
    title: str
    description: str
    contact: str
    lead_minutes: int
    overrun_minutes: int
    lobby: bool
    public: bool
    approval: Approval
    capacity: int | None
    waiting_list: bool
    status: Literal["active", "cancelled"]
    page: str = Field(description="Address of its public page")
    parts: list[PartOut]
    first_at: datetime | None
    last_at: datetime | None
    next_session_id: str | None
    sessions: int = Field(description="How many there are, without cancelled ones")
    registered: int
    created_at: datetime
    revision: int


class SeriesPage(Out):
    """A page of series, in the order of their titles."""

    items: list[SeriesOut]
    next: str | None = Field(description="Cursor of the next page; null on the last")


class LocalStart(Out):
    """When an occurrence begins in a zone."""

    zone: str
    starts_local: datetime
    shift_minutes: int = Field(description="Against the usual time there in this series; 0 is as usual")
    words: str | None


class ConflictOut(Out):
    """Another session at the same time that needs the same people."""

    model_config = ConfigDict(json_schema_extra={"title": "Conflict"})

    session_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    people: list[str]


class OccurrenceOut(Out):
    """A date of a series."""

    model_config = ConfigDict(json_schema_extra={"title": "Occurrence"})

    session_id: str | None = Field(description="Null where the session is still to be made")
    original_local: datetime
    starts_local: datetime
    starts_at: datetime
    ends_at: datetime
    moved_forward: bool = Field(description="The spring change skips the stated time; it is later by the gap")
    twice: bool = Field(description="The wall time comes twice; this is the first")
    zones: list[LocalStart]
    conflicts: list[ConflictOut]


class PreviewZone(Out):
    """A zone in which people of the series sit."""

    zone: str
    hub: bool
    sites: list[str]
    people: int
    shifted: int = Field(description="At so many occurrences its time is another than usual")


class ChangesOut(Out):
    """How many sessions fare how."""

    model_config = ConfigDict(json_schema_extra={"title": "SeriesChanges"})

    added: int
    moved: int
    changed: int
    cancelled: int
    kept_by_hand: int
    unchanged: int
    past: int


class Preview(Out):
    """What saving would make of it; nothing is saved."""

    words: str
    total: int
    first_at: datetime | None
    last_at: datetime | None
    occurrences: list[OccurrenceOut]
    zones: list[PreviewZone]
    notes: list[str]
    changes: ChangesOut | None


def rule_out(rule: Rule) -> WeeklyRule | MonthlyRule | DatesRule:
    """The rule as it goes out."""
    kept = to_json(rule)
    if rule.freq == "weekly":
        return WeeklyRule.model_validate(kept)
    if rule.freq == "monthly":
        return MonthlyRule.model_validate(kept)
    return DatesRule.model_validate(kept)
