"""Changes of a series: of all of it, or of a session and those that follow.

What is past stays as it was, and so does whatever a session has of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.rules import Rule, checked
from echo_session.domain.series import Approval, Series, capacity_problems
from echo_session.domain.series_dates import Expand
from echo_session.domain.series_outcome import COPIED, EVENT, Outcome, Scope, Whole, outcome_of
from echo_session.domain.series_plan import settled
from echo_session.domain.series_shape import (
    Cut,
    Shape,
    Timing,
    cut_at,
    everything,
    following,
    present_rule,
    split,
)
from echo_session.domain.session_checks import field_problems, start_problems
from echo_session.domain.sessions import Draft, Session
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import check_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChange:
    """What is to be different; None leaves a field as it is. ``no_limit`` takes the capacity away."""

    title: str | None = None
    description: str | None = None
    contact: str | None = None
    lead_minutes: int | None = None
    overrun_minutes: int | None = None
    lobby: bool | None = None
    zone: str | None = None
    starts_local: datetime | None = None
    duration_minutes: int | None = None
    rule: Rule | None = None
    public: bool | None = None
    approval: Approval | None = None
    capacity: int | None = None
    no_limit: bool = False
    waiting_list: bool | None = None


def change(
    whole: Whole,
    wanted: SeriesChange,
    *,
    scope: Scope,
    first: Session | None = None,
    expand: Expand,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """The series with the change made.

    Args:
        first: the session from which on it is changed, where the scope is "following".

    Raises:
        InvalidFields: names every field that is wrong.
        NotPossible: the series is cancelled, or has nothing left to change.
    """
    if whole.series.status == "cancelled":
        raise NotPossible("This series is cancelled. Restore it first, then change it.")
    check_first(first, scope, now)
    series = _series(whole.series, wanted)
    cut = cut_at(whole.parts, whole.sessions, first, now=now)
    rule = cut.part.rule if scope == "all" else present_rule(cut, expand)
    timing = _timing(cut, wanted, scope, rule)
    _check(series, timing)
    given = {name: getattr(series, name) for name in COPIED if getattr(wanted, name) is not None}
    if timing != Timing() and scope == "all":
        shape = everything(cut, timing, expand, now=now, random=random)
    elif timing != Timing():
        shape = following(cut, timing, expand, now=now, random=random)
    elif scope == "following" and _differ(cut.rows, given, EVENT):
        shape = split(cut, expand, now=now, random=random)
    else:
        shape = Shape(parts=(), slots=())
    affected = None if scope == "all" else cut.rows
    return outcome_of(whole, series, given, cut, affected, shape, now=now, random=random)


def check_first(first: Session | None, scope: Scope, now: datetime) -> None:
    """Raises InvalidFields where no change can begin at this session."""
    if scope == "all" and first is not None:
        problem = "means nothing where all sessions are changed", "leave it out"
    elif scope == "following" and first is None:
        problem = "is missing", "the id of the session from which on the series changes"
    elif first is not None and (first.part_id is None or settled(first, now)):
        problem = "is past, or no date of the series any more", "a session of the series that is to come"
    else:
        return
    raise InvalidFields([FieldProblem("from_session_id", *problem)])


def _series(series: Series, wanted: SeriesChange) -> Series:
    names = (*COPIED, "public", "approval", "capacity", "waiting_list")
    given: dict[str, Any] = {name: getattr(wanted, name) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    for name in ("title", "contact"):
        if name in given:
            given[name] = tidy(given[name])
    if "description" in given:
        given["description"] = tidy_lines(given["description"])
    if wanted.no_limit:
        given["capacity"] = None
    return replace(series, **given)


def _differ(sessions: Iterable[Session], given: dict[str, Any], names: Iterable[str]) -> bool:
    return any(
        name in given and name not in session.changed_by_hand and getattr(session, name) != given[name]
        for session in sessions
        for name in names
    )


def _timing(cut: Cut, wanted: SeriesChange, scope: Scope, present: Rule) -> Timing:
    """What of the times is really different from the part where the change begins."""
    part, start = cut.part, wanted.starts_local
    rule = checked(wanted.rule) if wanted.rule is not None else None
    usual = [cut.boundary] if scope == "following" else [part.starts_local, cut.begins]
    if rule is None:
        usual = [cut.boundary, part.starts_local, cut.begins]
    if start is not None:
        start = start.replace(microsecond=0)
        start = None if start in usual else start
    if rule == present and start is None:
        rule = None
    duration = wanted.duration_minutes
    return Timing(
        zone=None if wanted.zone == part.zone else wanted.zone,
        starts_local=start,
        duration_minutes=None if duration == part.duration_minutes else duration,
        rule=rule,
    )


def _check(series: Series, timing: Timing) -> None:
    problems = start_problems(timing.starts_local, None, needed=False)
    problems += field_problems(
        Draft(
            title=series.title,
            zone="UTC",
            duration_minutes=1 if timing.duration_minutes is None else timing.duration_minutes,
            lead_minutes=series.lead_minutes,
            overrun_minutes=series.overrun_minutes,
            description=series.description,
            contact=series.contact,
        )
    )
    zone_problem = check_zone(timing.zone) if timing.zone is not None else None
    if zone_problem:
        problems.append(zone_problem)
    problems += capacity_problems(series.capacity)
    if problems:
        raise InvalidFields(problems)
