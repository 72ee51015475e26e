"""Changes of a series: of all of it, or of a session and those that follow.

What is past stays as it was, and so does whatever a session has of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.rule_words import rule_words, weekday_words
from echo_session.domain.rules import Rule, checked
from echo_session.domain.series import Approval, Part, Series, capacity_problems, new_session
from echo_session.domain.series_dates import Expand
from echo_session.domain.series_plan import Slot, match, settled
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
from echo_session.domain.sessions import Draft, Session, Status
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import check_zone

Scope = Literal["all", "following"]

COPIED = ("title", "description", "contact", "lead_minutes", "overrun_minutes", "lobby")
"""Fields of the series that each of its sessions has too."""
EVENT = ("title", "description", "contact")
"""Those among them that calendars show, and that people who are registered are told of."""
DROPPED = "The series was changed; this date is no longer part of it."


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A series with all that belongs to it. Parts are in order; some may have lost all their sessions."""

    series: Series
    parts: tuple[Part, ...]
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many sessions fare how."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    """In other fields than their time."""
    cancelled: int = 0
    kept_by_hand: int = 0
    """Keep something that was changed for them alone."""
    unchanged: int = 0
    past: int = 0
    """Past, or going on: never touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is to be kept. Parts and sessions that stay as they are do not appear."""

    series: Series
    parts: tuple[Part, ...] = ()
    added: tuple[Session, ...] = ()
    changed: tuple[Session, ...] = ()
    counts: Counts
    what: tuple[str, ...] = ()
    """What people who are registered should know, a sentence each; empty where it does not concern them."""
    unchanged: bool = False
    """Nothing is different."""


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
    return _outcome(whole, series, given, cut, affected, shape, expand=expand, now=now, random=random)


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


def _changed_fields(before: Series, after: Series) -> dict[str, Any]:
    names = [field.name for field in fields(before)]
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def _outcome(
    whole: Whole,
    series: Series,
    given: dict[str, Any],
    cut: Cut,
    rows: Sequence[Session] | None,
    shape: Shape,
    *,
    expand: Expand,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    matching = match(cut.rows, shape.slots) if shape.slots else match((), ())
    slots = {row.id: slot for row, slot in matching.kept}
    dropped = {row.id for row in matching.dropped}
    parts = {part.id: part for part in (*whole.parts, *shape.parts)}
    touched = {part.id for part in shape.parts}
    affected = None if rows is None else {row.id for row in rows}
    different = _changed_fields(whole.series, series)
    counts = dict.fromkeys((field.name for field in fields(Counts)), 0)
    sessions = []
    for before in whole.sessions:
        if settled(before, now) or before.part_id is None:
            counts["past"] += before.part_id is not None
            continue
        if affected is not None and before.id not in affected:
            counts["unchanged"] += before.status is not Status.CANCELLED
            continue
        if before.id in dropped:
            after = _drop(before)
            counts["cancelled"] += before.status is not Status.CANCELLED
        else:
            after, kept = _with(before, given, slots.get(before.id))
            counts["kept_by_hand"] += kept
            counts[_fate(before, after)] += before.status is not Status.CANCELLED
        if after is not before:
            sequence = max(before.sequence + 1, parts[before.part_id].sequence)
            sessions.append(replace(after, revision=before.revision + 1, sequence=sequence))
            refuse_over(sessions[-1], now)
            different |= {n: v for n, v in given.items() if getattr(after, n) != getattr(before, n)}
    if any(name in different for name in EVENT):
        for part_id in {session.part_id for session in sessions if session.part_id} - touched:
            parts[part_id] = replace(parts[part_id], sequence=parts[part_id].sequence + 1)
            touched.add(part_id)
    added = tuple(
        new_session(series, slot.part, slot.occurrence, now=now, random=random) for slot in matching.added
    )
    for one in added:
        refuse_over(one, now)
    counts["added"] = len(added)
    if not (different or touched or sessions or added):
        return Outcome(series=whole.series, counts=Counts(**counts), unchanged=True)
    return Outcome(
        series=replace(series, revision=whole.series.revision + 1),
        parts=tuple(parts[part_id] for part_id in parts if part_id in touched),
        added=added,
        changed=tuple(sessions),
        counts=Counts(**counts),
        what=tuple(_what(different, shape)),
    )


def _with(session: Session, copied: dict[str, Any], slot: Slot | None) -> tuple[Session, bool]:
    """The session with the fields and the date that it is to have, and whether it keeps some of its own."""
    wanted = dict(copied)
    if slot is not None:
        wanted["duration_minutes"] = slot.part.duration_minutes
        wanted["zone"] = slot.part.zone
        wanted["starts_local"] = slot.occurrence.starts_local
        wanted["starts_at"] = slot.occurrence.starts_at
        wanted["moved_forward"] = slot.occurrence.moved_forward
    own = set(session.changed_by_hand)
    if own & {"zone", "starts_local"}:
        own |= {"zone", "starts_local", "starts_at", "moved_forward"}
    kept = any(name in own and value != getattr(session, name) for name, value in wanted.items())
    free = {name: value for name, value in wanted.items() if name not in own}
    if slot is not None:
        free |= {"part_id": slot.part.id, "original_local": slot.occurrence.original_local}
    after = replace(session, **free)
    return (session if after == session else after), kept


def _fate(before: Session, after: Session) -> str:
    if after is before:
        return "unchanged"
    times = ("starts_at", "zone", "starts_local", "duration_minutes")
    if any(getattr(before, name) != getattr(after, name) for name in times):
        return "moved"
    copied = any(getattr(before, name) != getattr(after, name) for name in COPIED)
    return "changed" if copied else "unchanged"


def _drop(session: Session) -> Session:
    """No date of the series any more. It leaves its part, so that a later rule may have the date again."""
    if session.status is Status.CANCELLED:
        return replace(session, part_id=None, original_local=None)
    return replace(session, status=Status.CANCELLED, cancel_reason=DROPPED, part_id=None, original_local=None)


def refuse_over(session: Session, now: datetime) -> None:
    """Raises InvalidFields where a session that is to take place would be over already."""
    if session.status is Status.SCHEDULED and session.closes_at <= now:
        message = f"the session of {weekday_words(session.starts_local)} would be over already"
        raise InvalidFields([FieldProblem("starts_local", message, "a time in the future for each")])


def _what(changed: dict[str, Any], shape: Shape) -> Iterable[str]:
    if "title" in changed:
        yield f"It is now called {changed['title']}."
    if "description" in changed:
        yield "The description is different."
    if changed.get("contact"):
        yield f"For help, ask {changed['contact']}."
    for part in {slot.part.id: slot.part for slot in shape.slots}.values():
        days = [slot.day for slot in shape.slots if slot.part.id == part.id]
        begins = weekday_words(days[0])
        yield f"From {begins}: {part_words(part, days)}, {part.duration_minutes} minutes, {part.zone}."


def part_words(part: Part, days: Sequence[Any]) -> str:
    """The rule of a part in words."""
    return rule_words(part.rule, part.starts_local.time(), days)
