"""Rules and clocks, against an oracle that goes day by day and knows nothing of dateutil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echo_session.domain.rules import WEEKS, Position, Rule, checked, first_date
from scheduler.recurrence import MOST, expand, resolve
from tests.unit.scheduler.recurrence_oracle import dates_of, gap_at, instants_of

FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
ZONES = sorted(available_timezones())
weekday = st.integers(0, 6)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
small_hours = st.builds(time, st.integers(0, 3), st.integers(0, 59))


def ends() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"count": st.integers(1, 60)}),
        st.fixed_dictionaries({"until": st.dates(FIRST, date(2045, 12, 31))}),
    )


def rules() -> st.SearchStrategy[Rule]:
    weekly = st.builds(
        lambda interval, days, end: Rule(freq="weekly", interval=interval, weekdays=tuple(days), **end),
        st.integers(1, 8),
        st.lists(weekday, min_size=1, max_size=7),
        ends(),
    )
    monthly = st.builds(
        lambda interval, positions, end: Rule(
            freq="monthly", interval=interval, positions=tuple(positions), **end
        ),
        st.integers(1, 12),
        st.lists(st.builds(Position, st.sampled_from(WEEKS), weekday), min_size=1, max_size=4),
        ends(),
    )
    named = st.lists(st.dates(FIRST, LAST), min_size=1, max_size=20).map(
        lambda days: Rule(freq="dates", dates=tuple(days))
    )
    return st.one_of(weekly, monthly, named).map(checked)


@pytest.mark.timeout(300)
@settings(max_examples=2000, deadline=None)
@given(
    rule=rules(),
    start=st.dates(FIRST, LAST),
    at=st.one_of(times, small_hours),
    zone=st.sampled_from(ZONES),
    data=st.data(),
)
def test_every_occurrence_is_on_a_date_of_the_rule_at_its_wall_time(
    rule: Rule, start: date, at: time, zone: str, data: st.DataObject
) -> None:
    first = first_date(rule, start)
    expected = dates_of(rule, first)
    if rule.freq != "dates":
        assert first >= start
        assert len(expected) > 0 or (rule.until is not None and rule.until < first)
    left_out = data.draw(st.lists(st.sampled_from(expected), max_size=3)) if expected else []
    rule = checked(Rule(**{**_fields(rule), "exclude": tuple(left_out)}))
    found = expand(rule, datetime.combine(first, at), zone)
    wanted = [datetime.combine(day, at) for day in expected[:MOST] if day not in left_out]
    # The oracle stops after five years to the day, the expansion a little later; longer rules are refused.
    horizon = datetime.combine(first, time()) + timedelta(days=5 * 366)
    assert _until(horizon, [o.original_local for o in found]) == _until(horizon, wanted)
    for occurrence in found:
        _is_right(occurrence.original_local, zone, occurrence)


def _until(horizon: datetime, moments: list[datetime]) -> list[datetime]:
    return [moment for moment in moments if moment < horizon]


def _fields(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in Rule.__dataclass_fields__}


def _is_right(local: datetime, zone: str, found: object) -> None:
    """On the stated wall time, the first of two; or in a gap, then later by as much as the clocks skip."""
    occurrence = resolve(local, zone)
    assert found == occurrence
    instants = instants_of(local, zone)
    if instants:
        assert occurrence.starts_at == instants[0]
        assert occurrence.starts_local == local
        assert occurrence.twice is (len(instants) > 1)
        assert not occurrence.moved_forward
        return
    _, gap = gap_at(local, zone)
    assert gap > timedelta()
    assert occurrence.moved_forward
    assert not occurrence.twice
    assert occurrence.starts_local == local + gap
    assert instants_of(local + gap, zone) == [occurrence.starts_at]


@cache
def _changes(zone: str) -> tuple[tuple[datetime, timedelta], ...]:
    """Every instant from 2020 to 2040 at which clocks in the zone change, and by how much."""
    there = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(there).utcoffset() or timedelta()

    found = []
    step = timedelta(days=7)
    at, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
    while at < end:
        if offset(at) != offset(at + step):
            found.append(_between(offset, at, at + step))
        at += step
    return tuple(found)


def _between(
    offset: Callable[[datetime], timedelta], before: datetime, after: datetime
) -> tuple[datetime, timedelta]:
    was, will = offset(before), offset(after)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if offset(middle) == was else (before, middle)
    return after, will - was


def _zones_that_differ() -> Iterator[str]:
    """One of each set of zones whose clocks change alike: the others are other names of it."""
    seen = set()
    for zone in ZONES:
        start = datetime(2020, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
        mark = (start, _changes(zone))
        if mark not in seen:
            seen.add(mark)
            yield zone


def test_around_every_change_of_every_zone_from_2020_to_2040() -> None:
    """Wall times before, in and after each gap and each repeated hour, by a weekly rule over the change."""
    assert len(ZONES) > 400
    checked_changes = 0
    for zone in _zones_that_differ():
        for at, by in _changes(zone):
            before = (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
            before += timedelta(seconds=1)
            edge = min(before, before + by)
            minutes = abs(by) // timedelta(minutes=1)
            for minute in (-30, -1, 0, 1, minutes // 2, minutes - 1, minutes, minutes + 30):
                local = edge + timedelta(minutes=minute)
                start = local - timedelta(days=7)
                rule = Rule(freq="weekly", weekdays=(start.weekday(),), count=3)
                found = expand(rule, start, zone)
                assert [o.original_local for o in found] == [start + timedelta(days=7 * n) for n in range(3)]
                _is_right(local, zone, found[1])
                in_change = 0 <= minute < minutes
                assert found[1].moved_forward is (in_change and by > timedelta())
                assert found[1].twice is (in_change and by < timedelta())
            checked_changes += 1
    assert checked_changes > 1000, "the sweep has to find the changes of the clocks"


@pytest.mark.parametrize(
    ("rule", "first", "dates"),
    [
        (Rule(freq="weekly", interval=2, weekdays=(3,), count=3), "2026-09-10", ["09-10", "09-24", "10-08"]),
        (
            Rule(freq="monthly", positions=(Position(2, 3), Position(4, 3)), count=4),
            "2026-09-10",
            ["09-10", "09-24", "10-08", "10-22"],
        ),
        (
            Rule(freq="monthly", positions=(Position(-1, 4),), count=3),
            "2026-10-30",
            ["10-30", "11-27", "12-25"],
        ),
        (
            Rule(freq="weekly", interval=2, weekdays=(0, 3), count=4),
            "2026-09-10",
            ["09-10", "09-21", "09-24", "10-05"],
        ),
    ],
    ids=["biweekly", "second and fourth Thursday", "last Friday", "two days of every second week"],
)
def test_the_usual_rules(rule: Rule, first: str, dates: list[str]) -> None:
    found = expand(rule, datetime.fromisoformat(f"{first}T12:00"), "America/Denver")
    assert [o.starts_local.strftime("%m-%d") for o in found] == dates
    assert {o.starts_local.hour for o in found} == {12}


def test_a_fifth_weekday_that_hardly_ever_comes_costs_little() -> None:
    rule = checked(Rule(freq="monthly", interval=12, positions=(Position(5, 3),), count=366))
    first = first_date(rule, date(2024, 2, 1))
    assert first == date(2024, 2, 29)
    began = process_time()
    assert len(expand(rule, datetime.combine(first, datetime.min.time()), "UTC")) == 1
    assert process_time() - began < 0.1


def test_a_rule_without_end_in_sight_is_cut_off() -> None:
    rule = Rule(freq="weekly", weekdays=tuple(range(7)), until=date(9999, 12, 31))
    began = process_time()
    assert len(expand(rule, datetime.fromisoformat("2026-01-01T12:00"), "America/Denver")) == MOST
    assert process_time() - began < 0.2
