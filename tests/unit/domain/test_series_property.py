"""Whatever is done to a series in whatever order: the past stays, and the rest is what the parts say."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.rules import WEEKS, Position, Rule
from echo_session.domain.series_plan import settled
from echo_session.domain.sessions import Session, Status
from scheduler.recurrence import expand, resolve
from tests.unit.domain.series_samples import Kept

ZONES = sorted(available_timezones())
CHANGING = ["America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll"]
"""Whose clocks change, in their several ways; drawn as often as all the others together."""
zones = st.sampled_from(CHANGING) | st.sampled_from(ZONES)
years = st.integers(2020, 2039)
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
weekday = st.integers(0, 6)


@cache
def days(year: int) -> st.SearchStrategy[date]:
    """A year from September on."""
    return st.dates(date(year, 9, 1), date(year + 1, 8, 31))


@cache
def rules(year: int) -> st.SearchStrategy[Rule]:
    """Rules that begin and end about that year."""
    ends = st.one_of(
        st.builds(lambda n: {"count": n}, st.integers(1, 20)),
        st.builds(lambda day: {"until": day}, days(year)),
    )
    excluded = st.lists(days(year), max_size=2).map(tuple)
    weekly = st.builds(
        lambda n, on, end, out: Rule(freq="weekly", interval=n, weekdays=tuple(on), exclude=out, **end),
        *(st.integers(1, 3), st.lists(weekday, min_size=1, max_size=2), ends, excluded),
    )
    positions = st.lists(st.builds(Position, st.sampled_from(WEEKS), weekday), min_size=1, max_size=2)
    monthly = st.builds(
        lambda n, on, end, out: Rule(freq="monthly", interval=n, positions=tuple(on), exclude=out, **end),
        *(st.integers(1, 2), positions, ends, excluded),
    )
    named = st.lists(days(year), min_size=1, max_size=8).map(lambda on: Rule(freq="dates", dates=tuple(on)))
    return weekly | monthly | named


@cache
def changes(year: int) -> st.SearchStrategy[dict[str, Any]]:
    """What a coordinator may ask for."""
    return st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["A", "B"]),
            "description": st.sampled_from(["", "C"]),
            "lead_minutes": st.integers(0, 30),
            "zone": zones,
            "starts_local": st.builds(datetime.combine, days(year), times),
            "duration_minutes": st.integers(30, 90),
            "rule": rules(year),
        },
    )


@pytest.mark.timeout(300)
@settings(max_examples=2000, deadline=None)
@given(year=years, zone=zones, at=times, data=st.data())
def test_the_past_stays_and_the_rest_is_what_the_parts_say(
    year: int, zone: str, at: time, data: st.DataObject
) -> None:
    start = datetime.combine(date(year, 9, 3), at)
    try:
        kept = Kept.made(
            datetime(year, 9, 1, tzinfo=UTC), rule=data.draw(rules(year)), zone=zone, starts_local=start
        )
    except InvalidFields:
        return
    for _ in range(data.draw(st.integers(1, 6))):
        _let_time_pass(kept, data.draw(st.integers(0, 60)))
        before = kept.whole
        with contextlib.suppress(InvalidFields, NotPossible):
            _do_something(kept, year, data)
        _holds(kept, {s.id: s for s in before.sessions}, {p.id: p.sequence for p in before.parts})


def _let_time_pass(kept: Kept, some_days: int) -> None:
    kept.now += timedelta(days=some_days)
    for session in kept.sessions():
        if session.closes_at <= kept.now and session.status is Status.SCHEDULED:
            kept.put(replace(session, status=Status.CLOSED, opened_at=session.opens_at))


def _do_something(kept: Kept, year: int, data: st.DataObject) -> None:
    known = kept.sessions(cancelled=True)
    which = st.integers(0, len(known) - 1)
    some = (st.none() | which).map(lambda n: None if n is None else known[n])
    match data.draw(st.sampled_from(["change", "change", "change", "cancel", "restore", "hand"])):
        case "change":
            first = data.draw(some)
            wanted: dict[str, Any] = data.draw(changes(year))
            if first is not None and "starts_local" in wanted and "rule" not in wanted:
                day = (first.original_local or first.starts_local).date()
                wanted["starts_local"] = datetime.combine(day, wanted["starts_local"].time())
            kept.change(first, **wanted)
        case "cancel":
            kept.cancel(data.draw(some))
        case "restore":
            kept.restore()
        case _:
            session = known[data.draw(which)]
            own = settled(session, kept.now) or session.changed_by_hand
            if session.status is Status.SCHEDULED and not own:
                kept.put(_by_hand(session, data))


def _by_hand(session: Session, data: st.DataObject) -> Session:
    if data.draw(st.booleans()):
        return replace(session, status=Status.CANCELLED, changed_by_hand=("status",))
    by = timedelta(hours=data.draw(st.integers(1, 40 * 24)))
    return replace(
        session,
        starts_local=session.starts_local + by,
        starts_at=resolve(session.starts_local + by, session.zone).starts_at,
        changed_by_hand=("starts_local",),
    )


def _holds(kept: Kept, before: dict[str, Session], sequences: dict[str, int]) -> None:
    places = [(s.part_id, s.original_local) for s in kept.whole.sessions if s.part_id]
    assert len(set(places)) == len(places)
    assert len({part.position for part in kept.whole.parts}) == len(kept.whole.parts)
    for part in kept.whole.parts:
        assert part.sequence >= sequences.get(part.id, 0)
    after = {s.id: s for s in kept.whole.sessions}
    assert before.keys() <= after.keys()
    for session_id, was in before.items():
        now_is = after[session_id]
        assert now_is.sequence >= was.sequence
        if settled(was, kept.now) and was.changed_by_hand == now_is.changed_by_hand:
            assert now_is == was, "the past stays"
        if "starts_local" in was.changed_by_hand:
            assert (now_is.starts_local, now_is.starts_at) == (was.starts_local, was.starts_at)
        if "status" in was.changed_by_hand:
            assert now_is.status is Status.CANCELLED
    _is_what_the_parts_say(kept)


def _is_what_the_parts_say(kept: Kept) -> None:
    """Each session to come stands on a date of its part, at its time; each date to come has its session."""
    for part in kept.whole.parts:
        own = {s.original_local: s for s in kept.whole.sessions if s.part_id == part.id}
        if not own:
            continue
        by_rule = {one.original_local: one for one in expand(part.rule, part.starts_local, part.zone)}
        to_come = {local: s for local, s in own.items() if not settled(s, kept.now)}
        for local, session in to_come.items():
            if "starts_local" in session.changed_by_hand:
                continue
            assert local in by_rule
            assert (session.starts_at, session.starts_local) == (
                by_rule[local].starts_at,
                by_rule[local].starts_local,
            )
            assert session.duration_minutes == part.duration_minutes
            assert session.zone == part.zone
        assert by_rule.keys() <= own.keys() or not to_come, "every date has its session"
