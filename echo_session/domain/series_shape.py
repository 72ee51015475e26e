"""What a change makes of the parts of a series: which end, which change in place, which begin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.rule_words import weekday_words
from echo_session.domain.rules import Rule, ended, rest_of, without
from echo_session.domain.series import Part, new_part
from echo_session.domain.series_dates import Dates, Expand, dated
from echo_session.domain.series_plan import BY_HAND, Slot, settled
from echo_session.domain.sessions import Session, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the sessions are to be; None leaves it as it is."""

    zone: str | None = None
    starts_local: datetime | None = None
    duration_minutes: int | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where the change begins: with ``boundary`` of ``part``, or, where nothing is to come, after the end."""

    part: Part
    begins: datetime
    """The first date of the whole series, at the time of day of the part."""
    later: tuple[Part, ...] = ()
    boundary: datetime | None = None
    begins_part: bool = False
    """No session of the part comes before, so it can change in place, under the same UID."""
    before: date | None
    """The last date, as the rule gave it, of the sessions that stay as they are."""
    taken: frozenset[date] = frozenset()
    """Dates from the boundary on whose session is past already, since it was moved by hand."""
    rows: tuple[Session, ...] = ()
    """The sessions that get new dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The parts after the change, and the dates of those that it touches."""

    parts: tuple[Part, ...]
    """Changed or new ones."""
    slots: tuple[Slot, ...]


def cut_at(
    parts: Sequence[Part], sessions: Sequence[Session], first: Session | None, *, now: datetime
) -> Cut:
    """Where a change begins: at ``first``, or else at the first session that is to come."""
    positions = {part.id: part for part in parts}
    held = [s for s in sessions if s.part_id in positions and s.original_local is not None]

    def place(session: Session) -> tuple[int, datetime]:
        assert session.part_id is not None
        assert session.original_local is not None
        return positions[session.part_id].position, session.original_local

    to_come = sorted((s for s in held if not settled(s, now)), key=place)
    past = [s for s in held if settled(s, now)]
    by_rule = [place(s) for s in past if "starts_local" not in s.changed_by_hand]
    if first is None:
        after = [s for s in to_come if not by_rule or place(s) > max(by_rule)]
        first = next(iter(after or to_come), None)
    if first is None:
        held_parts = [positions[s.part_id or ""] for s in held]
        part = max(held_parts, key=lambda part: part.position, default=parts[-1])
        return Cut(
            part=part,
            begins=_begins(held_parts or parts, part),
            before=max((place(s)[1].date() for s in held), default=None),
        )
    at = place(first)
    part = positions[first.part_id or ""]
    later = tuple(one for one in parts if one.position > part.position)
    return Cut(
        part=part,
        begins=_begins([positions[s.part_id or ""] for s in held], part),
        later=later,
        boundary=at[1],
        begins_part=not any(place(s) < at for s in held if s.part_id == part.id),
        before=max((place(s)[1].date() for s in held if place(s) < at), default=None),
        taken=frozenset(place(s)[1].date() for s in past if place(s) >= at),
        rows=tuple(s for s in to_come if place(s) >= at),
    )


def _begins(parts: Iterable[Part], part: Part) -> datetime:
    first = min(parts, key=lambda one: one.position)
    return datetime.combine(first.starts_local.date(), part.starts_local.time())


def following(cut: Cut, timing: Timing, expand: Expand, *, now: datetime, random: RandomBytes) -> Shape:
    """The parts where the change begins at a session that somebody chose."""
    assert cut.boundary is not None
    if timing.rule is None:
        return _other_times(cut, timing, expand, now=now, random=random)
    part = cut.part
    start = timing.starts_local or datetime.combine(cut.boundary.date(), part.starts_local.time())
    dates = dated(timing.rule, start, timing.zone or part.zone, expand)
    if cut.before and dates.first.date() <= cut.before:
        message = f"is not after the session of {weekday_words(cut.before)}, which stays as it is"
        raise InvalidFields([FieldProblem("starts_local", message, "a later date")])
    return _new_rule(cut, timing, dates, expand, now=now, random=random)


def everything(cut: Cut, timing: Timing, expand: Expand, *, now: datetime, random: RandomBytes) -> Shape:
    """The parts where the change is of the whole series.

    A new rule describes the series from its first date; what of it lies in the past is not made any more.
    """
    if timing.rule is None:
        if cut.boundary is None:
            raise NotPossible("All sessions of this series are past. Give it a rule with further dates.")
        return _other_times(cut, timing, expand, now=now, random=random)
    at = (timing.starts_local or cut.part.starts_local).time()
    if timing.zone is None and timing.duration_minutes is None and timing.starts_local is None:
        same_past = _in_place(cut, timing.rule, expand, now)
        if same_past is not None:
            return same_past
    start = timing.starts_local or cut.begins
    zone = timing.zone or cut.part.zone
    whole = dated(timing.rule, start, zone, expand)
    after = cut.before or date.min
    left = [o for o in whole.occurrences if o.original_local.date() > after and o.starts_at > now]
    if not left:
        message = "no date of the rule is still to come"
        raise InvalidFields([FieldProblem("rule", message, "a rule with dates in the future")])
    begin = left[0].original_local.date()
    before = [o.original_local.date() for o in whole.every if o.original_local.date() < begin]
    rest = rest_of(whole.rule, before, begin)
    dates = dated(rest, datetime.combine(begin, at), zone, expand)
    return _new_rule(cut, timing, dates, expand, now=now, random=random)


def _in_place(cut: Cut, rule: Rule, expand: Expand, now: datetime) -> Shape | None:
    """Where the rule differs only in what is to come, the part goes on under it; None where it does not."""
    part = cut.part
    if part.starts_local != cut.begins and rule.count is not None:
        return None
    dates = dated(rule, part.starts_local, part.zone, expand)
    if dates.first != part.starts_local:
        return None
    limit = (
        cut.boundary.date() if cut.boundary else day_after(cut.before) if cut.before else dates.first.date()
    )
    past = [one for one in _days(part, expand) if one < limit and one not in part.rule.exclude]
    if past != [day for day in (o.original_local.date() for o in dates.occurrences) if day < limit]:
        return None
    dates = _without_taken(dates, cut.taken, part.zone, expand)
    changed = replace(part, rule=dates.rule, sequence=part.sequence + 1)
    slots = tuple(slot for slot in _slots(changed, dates) if slot.day >= limit)
    if not slots or slots[0].occurrence.starts_at <= now:
        return None
    return Shape(parts=(changed, *_emptied(cut)), slots=slots)


def _emptied(cut: Cut) -> tuple[Part, ...]:
    """Later parts that lose their sessions: their events come to an end."""
    losing = {row.part_id for row in cut.rows}
    return tuple(replace(one, sequence=one.sequence + 1) for one in cut.later if one.id in losing)


def _new_rule(
    cut: Cut, timing: Timing, dates: Dates, expand: Expand, *, now: datetime, random: RandomBytes
) -> Shape:
    part, zone = cut.part, timing.zone or cut.part.zone
    duration = timing.duration_minutes or part.duration_minutes
    dates = _without_taken(dates, cut.taken, zone, expand)
    emptied = _emptied(cut)
    if cut.begins_part:
        changed = replace(
            part,
            zone=zone,
            starts_local=dates.first,
            duration_minutes=duration,
            rule=dates.rule,
            sequence=part.sequence + 1,
        )
        return Shape(parts=(changed, *emptied), slots=_slots(changed, dates))
    position = max([part.position, *(one.position for one in cut.later)]) + 1
    made = new_part(part.series_id, position, zone, duration, dates, now=now, random=random)
    old = () if cut.boundary is None else (_end(part, cut.boundary.date()),)
    return Shape(parts=(*old, *emptied, made), slots=_slots(made, dates))


def _other_times(cut: Cut, timing: Timing, expand: Expand, *, now: datetime, random: RandomBytes) -> Shape:
    """The same dates at another time of day, in another zone, or for longer."""
    assert cut.boundary is not None
    _refuse_other_date(cut, timing)
    at = timing.starts_local.time() if timing.starts_local else None
    parts: list[Part] = []
    slots: list[Slot] = []
    rest = cut.part
    if not cut.begins_part:
        day = cut.boundary.date()
        before = [one for one in _days(cut.part, expand) if one < day]
        parts.append(_end(cut.part, day))
        left = rest_of(cut.part.rule, before, day)
        again = dated(left, datetime.combine(day, cut.part.starts_local.time()), cut.part.zone, expand)
        rest = new_part(
            cut.part.series_id, cut.part.position + 1, cut.part.zone, cut.part.duration_minutes, again,
            now=now, random=random,
        )  # fmt: skip
    moved_on = 0 if cut.begins_part else 1
    with_dates = {row.part_id for row in cut.rows}
    for one in (rest, *cut.later):
        if one is not rest:
            one = replace(one, position=one.position + moved_on)
        if one is not rest and one.id not in with_dates:
            if moved_on:
                parts.append(one)
            continue
        changed, its_slots = _at_other_time(
            one, at, timing, cut.taken, expand, new=one is rest and moved_on > 0
        )
        parts.append(changed)
        slots += its_slots
    return Shape(parts=tuple(parts), slots=tuple(slots))


def _at_other_time(
    part: Part, at: time | None, timing: Timing, taken: Collection[date], expand: Expand, *, new: bool
) -> tuple[Part, tuple[Slot, ...]]:
    zone = timing.zone or part.zone
    start = datetime.combine(part.starts_local.date(), at or part.starts_local.time())
    dates = _without_taken(dated(part.rule, start, zone, expand), taken, zone, expand)
    changed = replace(
        part,
        zone=zone,
        starts_local=dates.first,
        duration_minutes=timing.duration_minutes or part.duration_minutes,
        rule=dates.rule,
        sequence=part.sequence if new else part.sequence + 1,
    )
    return changed, _slots(changed, dates)


def _refuse_other_date(cut: Cut, timing: Timing) -> None:
    """Without a rule, the dates stay, so a start on another date is a misunderstanding."""
    if timing.starts_local is None or cut.boundary is None:
        return
    shown = {
        cut.boundary.date(),
        cut.part.starts_local.date(),
        cut.begins.date(),
        *(row.starts_local.date() for row in cut.rows),
    }
    if timing.starts_local.date() not in shown:
        message = "is on a date that is none of the series"
        allowed = "a date of the series, to change the time of day; or the rule too, to change the dates"
        raise InvalidFields([FieldProblem("starts_local", message, allowed)])


def split(cut: Cut, expand: Expand, *, now: datetime, random: RandomBytes) -> Shape:
    """The boundary and what follows it in its part as a part of its own, at the same times as before."""
    return _other_times(cut, Timing(), expand, now=now, random=random)


def _end(part: Part, boundary: date) -> Part:
    return replace(part, rule=ended(part.rule, boundary), sequence=part.sequence + 1)


def _days(part: Part, expand: Expand) -> list[date]:
    """Every date of the part, those that are left out too."""
    every = expand(replace(part.rule, exclude=()), part.starts_local, part.zone)
    return [one.original_local.date() for one in every]


def _slots(part: Part, dates: Dates) -> tuple[Slot, ...]:
    return tuple(Slot(part, one) for one in dates.occurrences)


def _without_taken(dates: Dates, taken: Collection[date], zone: str, expand: Expand) -> Dates:
    """Leaves out the dates that have had their session."""
    had = [one.original_local.date() for one in dates.occurrences if one.original_local.date() in taken]
    if not had:
        return dates
    return dated(without(dates.rule, had), dates.first, zone, expand)


def present_rule(cut: Cut, expand: Expand) -> Rule:
    """The rule from the boundary on, as it is."""
    if cut.boundary is None or cut.begins_part:
        return cut.part.rule
    day = cut.boundary.date()
    return rest_of(cut.part.rule, [one for one in _days(cut.part, expand) if one < day], day)


def day_after(day: date) -> date:
    """The next one."""
    return day + timedelta(days=1)


def called_off(session: Session) -> bool:
    """Cancelled together with its series, not on its own: comes back with it."""
    return (
        session.status is Status.CANCELLED
        and session.part_id is not None
        and BY_HAND not in session.changed_by_hand
    )
