"""A series: sessions that belong together, and the parts that say when they are.

A part is a stretch of the series under one rule, at one time of day in one zone; it is also one recurring
event in people's calendars. "This and following" ends a part and begins the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from echo_session.domain import session_checks, sessions
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.rules import Rule
from echo_session.domain.series_dates import Dates, Expand, Occurrence, dated
from echo_session.domain.sessions import Session, Status, uid_of
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import check_zone

SeriesStatus = Literal["active", "cancelled"]
Approval = Literal["", "open", "coordinator"]
MAX_CAPACITY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What all of its sessions have in common."""

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
    approval: Approval
    """Empty: as the program."""
    capacity: int | None
    waiting_list: bool
    status: SeriesStatus
    created_at: datetime
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a series under one rule. ``starts_local`` is its first date, whether left out or not."""

    id: str
    series_id: str
    position: int
    zone: str
    starts_local: datetime
    duration_minutes: int
    rule: Rule
    uid: str
    sequence: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDraft:
    """What a new series is asked to be."""

    program_id: str
    title: str
    zone: str
    starts_local: datetime
    duration_minutes: int
    rule: Rule
    lead_minutes: int = 15
    overrun_minutes: int = 15
    description: str = ""
    contact: str = ""
    lobby: bool = True
    public: bool = True
    approval: Approval = ""
    capacity: int | None = None
    waiting_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeries:
    """A series with its part and its sessions."""

    series: Series
    part: Part
    sessions: tuple[Session, ...]


def create(draft: SeriesDraft, *, slug: str, expand: Expand, now: datetime, random: RandomBytes) -> NewSeries:
    """A new series, with every session that its rule gives.

    Raises:
        InvalidFields: names every field that is wrong.
    """
    dates = check(draft, expand=expand, now=now)
    series = Series(
        id=new_id(Prefix.SERIES, random),
        program_id=draft.program_id,
        slug=slug,
        title=tidy(draft.title),
        description=tidy_lines(draft.description),
        contact=tidy(draft.contact),
        lead_minutes=draft.lead_minutes,
        overrun_minutes=draft.overrun_minutes,
        lobby=draft.lobby,
        public=draft.public,
        approval=draft.approval,
        capacity=draft.capacity,
        waiting_list=draft.waiting_list,
        status="active",
        created_at=now,
        revision=1,
    )
    part = new_part(series.id, 1, draft.zone, draft.duration_minutes, dates, now=now, random=random)
    made = [new_session(series, part, one, now=now, random=random) for one in dates.occurrences]
    return NewSeries(series=series, part=part, sessions=tuple(made))


def check(draft: SeriesDraft, *, expand: Expand, now: datetime) -> Dates:
    """The dates of a series to be made. Raises InvalidFields, which names every field that is wrong."""
    problems = field_problems(draft)
    if problems:
        raise InvalidFields(problems)
    dates = dated(draft.rule, draft.starts_local, draft.zone, expand)
    refuse_past(dates, draft.duration_minutes + draft.overrun_minutes, now)
    return dates


def field_problems(fields: SeriesDraft) -> list[FieldProblem]:
    """What is wrong with it, the rule apart."""
    problems = session_checks.start_problems(fields.starts_local, None, needed=True)
    problems += session_checks.field_problems(
        sessions.Draft(
            title=fields.title,
            zone=fields.zone,
            duration_minutes=fields.duration_minutes,
            lead_minutes=fields.lead_minutes,
            overrun_minutes=fields.overrun_minutes,
            description=fields.description,
            contact=fields.contact,
        )
    )
    zone_problem = check_zone(fields.zone)
    if zone_problem:
        problems.append(zone_problem)
    return problems + capacity_problems(fields.capacity)


def capacity_problems(capacity: int | None) -> list[FieldProblem]:
    """What is wrong with a capacity."""
    if capacity is None or 1 <= capacity <= MAX_CAPACITY:
        return []
    return [
        FieldProblem("capacity", f"{capacity} is out of range", f"1 to {MAX_CAPACITY}, or null: no limit")
    ]


def refuse_past(dates: Dates, minutes: int, now: datetime) -> None:
    """Raises InvalidFields where the first session would be over already."""
    first = dates.occurrences[0]
    if first.starts_at + timedelta(minutes=minutes) <= now:
        message = f"the first session, on {first.starts_local:%Y-%m-%d}, would be over already"
        raise InvalidFields([FieldProblem("starts_local", message, "a first session in the future")])


def new_part(
    series_id: str,
    position: int,
    zone: str,
    duration_minutes: int,
    dates: Dates,
    *,
    now: datetime,
    random: RandomBytes,
) -> Part:
    """A part with these dates."""
    part_id = new_id(Prefix.PART, random)
    return Part(
        id=part_id,
        series_id=series_id,
        position=position,
        zone=zone,
        starts_local=dates.first,
        duration_minutes=duration_minutes,
        rule=dates.rule,
        uid=uid_of(part_id),
        sequence=0,
        created_at=now,
    )


def new_session(
    series: Series, part: Part, occurrence: Occurrence, *, now: datetime, random: RandomBytes
) -> Session:
    """The session of an occurrence."""
    session_id = new_id(Prefix.SESSION, random)
    return Session(
        id=session_id,
        kind="session",
        room_id=new_id(Prefix.ROOM, random),
        title=series.title,
        description=series.description,
        contact=series.contact,
        zone=part.zone,
        starts_local=occurrence.starts_local,
        starts_at=occurrence.starts_at,
        duration_minutes=part.duration_minutes,
        lead_minutes=series.lead_minutes,
        overrun_minutes=series.overrun_minutes,
        extended_minutes=0,
        status=Status.SCHEDULED,
        lobby=series.lobby,
        public_epoch=1,
        public_link_on=True,
        opened_at=None,
        closed_at=None,
        created_at=now,
        revision=1,
        program_id=series.program_id,
        series_id=series.id,
        part_id=part.id,
        original_local=occurrence.original_local,
        moved_forward=occurrence.moved_forward,
        uid=uid_of(session_id),
    )
