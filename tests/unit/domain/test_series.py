"""A series is made, changed, called off and restored; what is past stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import pytest

from echo_session.domain.errors import InvalidFields, NotPossible
from echo_session.domain.rules import Position, Rule
from echo_session.domain.sessions import Status
from tests.unit.domain.series_samples import BIWEEKLY, Kept

SUMMER = datetime(2026, 8, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 15, tzinfo=UTC)
"""Three of six sessions are past: 10 September, 24 September and 8 October."""
PAST = ["09-10 12:00", "09-24 12:00", "10-08 12:00"]


def wrong(ask: Callable[[], object]) -> set[str]:
    with pytest.raises(InvalidFields) as caught:
        ask()
    assert all(problem.allowed for problem in caught.value.problems)
    return {problem.field for problem in caught.value.problems}


def begun() -> Kept:
    kept = Kept.made(SUMMER)
    kept.now = OCTOBER
    for session in kept.sessions()[:3]:
        kept.put(
            replace(session, status=Status.CLOSED, opened_at=session.opens_at, closed_at=session.closes_at)
        )
    return kept


def test_every_date_has_its_session_from_the_start() -> None:
    kept = Kept.made(SUMMER)
    assert kept.days() == [*PAST, "10-22 12:00", "11-05 12:00", "11-19 12:00"]
    first = kept.sessions()[0]
    assert (first.title, first.program_id, first.duration_minutes) == ("Autism ECHO", "prg_1", 60)
    assert first.starts_at == datetime(2026, 9, 10, 18, tzinfo=UTC)
    assert kept.sessions()[-1].starts_at == datetime(2026, 11, 19, 19, tzinfo=UTC)


def test_a_start_that_does_not_match_goes_to_the_first_date_that_does() -> None:
    kept = Kept.made(SUMMER, starts_local=datetime.fromisoformat("2026-09-05T12:00"))
    assert kept.days()[0] == "09-10 12:00"
    assert kept.whole.parts[0].starts_local == datetime.fromisoformat("2026-09-10T12:00")


def test_a_skipped_time_moves_forward_and_says_so() -> None:
    kept = Kept.made(
        SUMMER,
        starts_local=datetime.fromisoformat("2027-03-07T02:30"),
        rule=Rule(freq="weekly", weekdays=(6,), count=3),
    )
    assert kept.days() == ["03-07 02:30", "03-14 03:30", "03-21 02:30"]
    assert [s.moved_forward for s in kept.sessions()] == [False, True, False]
    assert kept.sessions()[1].original_local == datetime.fromisoformat("2027-03-14T02:30")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"rule": replace(BIWEEKLY, count=None, until=date(2026, 9, 1))}, {"rule.until"}),
        ({"rule": replace(BIWEEKLY, count=None, until=date(2026, 9, 11)), "starts_local": "2026-09-11T12:00"},
         {"rule.until"}),
        ({"rule": replace(BIWEEKLY, count=None, until=date(2036, 9, 1))}, {"rule.until"}),
        ({"rule": Rule(freq="weekly", weekdays=tuple(range(7)), until=date(2027, 12, 1))}, {"rule.until"}),
        ({"rule": Rule(freq="weekly", interval=52, weekdays=(3,), count=300)}, {"rule.count"}),
        ({"rule": Rule(freq="monthly", interval=12, positions=(Position(5, 3),), count=5)}, {"rule.count"}),
        ({"rule": Rule(freq="dates", dates=(date(2026, 9, 10), date(2036, 9, 10)))}, {"rule.dates"}),
        ({"rule": Rule(freq="dates", dates=(date(1, 1, 1),))}, {"rule.dates"}),
        ({"rule": replace(BIWEEKLY, count=1, exclude=(date(2026, 9, 10),))}, {"rule.exclude"}),
        ({"starts_local": "2026-07-01T12:00"}, {"starts_local"}),
        ({"starts_local": "1999-07-01T12:00"}, {"starts_local"}),
        ({"zone": "Mars/Olympus", "title": " ", "duration_minutes": 0, "capacity": 0},
         {"zone", "title", "duration_minutes", "capacity"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_quickly_and_named(changes: dict[str, Any], fields: set[str]) -> None:
    if "starts_local" in changes:
        changes = changes | {"starts_local": datetime.fromisoformat(changes["starts_local"])}
    began = process_time()
    assert wrong(lambda: Kept.made(SUMMER, **changes)) == fields
    assert process_time() - began < 0.2


def test_all_of_a_series_that_has_not_begun_changes_under_its_uid() -> None:
    kept = Kept.made(SUMMER)
    before = {s.id for s in kept.sessions()}
    outcome = kept.change(starts_local=datetime.fromisoformat("2026-09-10T14:30"), title="Autism")
    assert {s.id for s in kept.sessions()} == before
    assert kept.days()[0] == "09-10 14:30"
    assert [part.sequence for part in kept.whole.parts] == [1]
    assert (outcome.counts.moved, outcome.counts.past) == (6, 0)
    assert {s.title for s in kept.sessions()} == {"Autism"}
    assert all(s.sequence == 1 and s.revision == 2 for s in kept.sessions())
    assert outcome.what[0] == "It is now called Autism."
    assert outcome.what[1].startswith(
        "From Thursday 10 September 2026: Every second Thursday at 14:30, 6 times"
    )


def test_other_weekdays_move_the_sessions_to_the_nearest_dates() -> None:
    kept = Kept.made(SUMMER)
    ids = [s.id for s in kept.sessions()]
    outcome = kept.change(rule=replace(BIWEEKLY, weekdays=(2,)))
    assert kept.days()[0] == "09-16 12:00"
    assert [s.id for s in kept.sessions()] == ids
    assert outcome.counts.moved == 6


def test_this_and_following_ends_a_part_and_begins_the_next() -> None:
    kept = begun()
    past = kept.sessions()[:3]
    outcome = kept.change(kept.sessions()[4], starts_local=datetime.fromisoformat("2026-11-05T16:00"))
    assert kept.days() == [*PAST, "10-22 12:00", "11-05 16:00", "11-19 16:00"]
    assert kept.sessions()[:3] == past
    old, new = kept.whole.parts
    assert (old.rule.until, old.rule.count, old.sequence) == (date(2026, 11, 4), None, 1)
    assert (new.rule.count, new.sequence, new.position) == (2, 0, 2)
    assert old.uid != new.uid
    assert (outcome.counts.moved, outcome.counts.past, outcome.counts.unchanged) == (2, 3, 1)


def test_all_after_this_and_following_leaves_the_past_and_joins_the_rest() -> None:
    kept = begun()
    kept.change(kept.sessions()[4], starts_local=datetime.fromisoformat("2026-11-05T16:00"))
    past = kept.sessions()[:3]
    kept.change(zone="America/Phoenix", duration_minutes=90)
    assert kept.days() == [*PAST, "10-22 12:00", "11-05 16:00", "11-19 16:00"]
    assert kept.sessions()[:3] == past
    assert {(s.zone, s.duration_minutes) for s in kept.sessions()[3:]} == {("America/Phoenix", 90)}
    assert [(p.position, p.zone) for p in kept.whole.parts] == [
        *((1, "America/Denver"), (2, "America/Phoenix"), (3, "America/Phoenix"))
    ]


def test_a_new_rule_for_all_describes_the_series_from_its_first_date() -> None:
    kept = begun()
    outcome = kept.change(rule=Rule(freq="weekly", interval=2, weekdays=(2,), count=6))
    assert kept.days() == [*PAST, "10-28 12:00", "11-11 12:00", "11-25 12:00"]
    assert outcome.counts.past == 3


def test_a_later_end_keeps_the_event_that_people_have() -> None:
    kept = begun()
    outcome = kept.change(rule=replace(BIWEEKLY, count=8))
    assert kept.days()[-2:] == ["12-03 12:00", "12-17 12:00"]
    assert len(kept.whole.parts) == 1
    assert kept.whole.parts[0].sequence == 1
    assert (outcome.counts.added, outcome.counts.unchanged) == (2, 3)


def test_a_date_that_is_left_out_later_on_keeps_the_event_too() -> None:
    kept = begun()
    outcome = kept.change(rule=replace(BIWEEKLY, exclude=(date(2026, 11, 5),)))
    assert kept.days() == [*PAST, "10-22 12:00", "11-19 12:00"]
    assert len(kept.whole.parts) == 1
    assert outcome.counts.cancelled == 1
    gone = next(s for s in kept.sessions(cancelled=True) if s.status is Status.CANCELLED)
    assert (gone.part_id, gone.original_local, gone.series_id) == (None, None, kept.whole.series.id)
    kept.change(rule=BIWEEKLY)
    assert kept.days() == [*PAST, "10-22 12:00", "11-05 12:00", "11-19 12:00"]


def test_a_series_that_is_over_goes_on_with_a_later_end() -> None:
    kept = begun()
    kept.now = datetime(2027, 1, 5, tzinfo=UTC)
    with pytest.raises(NotPossible, match="past"):
        kept.change(duration_minutes=90)
    kept.change(rule=replace(BIWEEKLY, count=12))
    assert kept.days()[-3:] == ["01-14 12:00", "01-28 12:00", "02-11 12:00"]
    assert len(kept.sessions()) == 9


def test_what_was_changed_by_hand_stays() -> None:
    kept = begun()
    own = replace(
        kept.sessions()[3],
        title="Guest lecture",
        starts_local=datetime.fromisoformat("2026-10-23T09:00"),
        starts_at=datetime(2026, 10, 23, 15, tzinfo=UTC),
        changed_by_hand=("starts_local", "title"),
    )
    kept.put(own)
    outcome = kept.change(
        starts_local=datetime.fromisoformat("2026-10-22T14:00"), title="Autism", description="Bring cases"
    )
    assert kept.days()[3:] == ["10-23 09:00", "11-05 14:00", "11-19 14:00"]
    assert kept.sessions()[3].title == "Guest lecture"
    assert kept.sessions()[3].description == "Bring cases"
    assert outcome.counts.kept_by_hand == 1


@pytest.mark.parametrize(("number", "day"), [(3, "10-22 12:00"), (4, "11-05 12:00")])
def test_a_date_whose_session_was_held_earlier_does_not_come_again(number: int, day: str) -> None:
    kept = begun()
    moved = kept.sessions()[number]
    held_at = datetime(2026, 10, 12, 18, tzinfo=UTC)
    kept.put(
        replace(
            moved,
            starts_at=held_at,
            starts_local=datetime.fromisoformat("2026-10-12T12:00"),
            status=Status.CLOSED,
            changed_by_hand=("starts_local",),
        )
    )
    weekly = replace(BIWEEKLY, interval=1, count=12)
    for wanted in ({"duration_minutes": 30}, {"rule": weekly}, {"rule": replace(BIWEEKLY, count=9)}):
        again = Kept(kept.whole, kept.now)
        again.change(**wanted)
        assert day not in again.days()


def test_what_was_cancelled_alone_stays_cancelled_when_the_series_moves() -> None:
    kept = begun()
    own = kept.sessions()[4]
    kept.put(replace(own, status=Status.CANCELLED, changed_by_hand=("status",)))
    kept.change(starts_local=datetime.fromisoformat("2026-10-22T14:00"))
    assert kept.days()[3:] == ["10-22 14:00", "11-19 14:00"]
    again = next(s for s in kept.whole.sessions if s.id == own.id)
    assert again.starts_local.hour == 14


def test_cancelling_all_and_restoring_gives_back_the_same() -> None:
    kept = begun()
    alone = kept.sessions()[5]
    kept.put(replace(alone, status=Status.CANCELLED, changed_by_hand=("status",)))
    before = kept.days()
    kept.cancel(reason="The speaker is ill")
    assert kept.days() == PAST
    assert (kept.whole.series.status, kept.whole.series.revision) == ("cancelled", 2)
    assert {s.cancel_reason for s in kept.sessions(cancelled=True)[3:5]} == {"The speaker is ill"}
    with pytest.raises(NotPossible, match="Restore it first"):
        kept.change(title="New")
    kept.restore()
    assert kept.days() == before
    assert (kept.whole.series.status, kept.whole.series.revision) == ("active", 3)
    with pytest.raises(NotPossible):
        kept.restore()


def test_cancelling_the_rest_ends_the_part_and_can_be_restored() -> None:
    kept = begun()
    before = kept.days()
    kept.cancel(kept.sessions()[4])
    assert kept.days() == before[:4]
    old, rest = kept.whole.parts
    assert old.rule.until == date(2026, 11, 4)
    assert {s.part_id for s in kept.sessions(cancelled=True) if s.status is Status.CANCELLED} == {rest.id}
    kept.change(starts_local=datetime.fromisoformat("2026-10-22T13:00"))
    assert kept.days() == [*before[:3], "10-22 13:00"]
    kept.restore()
    assert kept.days()[-1] == "11-19 13:00"


def test_a_title_for_what_follows_begins_an_event_of_its_own() -> None:
    kept = begun()
    kept.change(kept.sessions()[4], title="Autism, second half")
    assert [s.title for s in kept.sessions()] == ["Autism ECHO"] * 4 + ["Autism, second half"] * 2
    assert len(kept.whole.parts) == 2
    kept.change(title="Autism, second half")
    assert [s.title for s in kept.sessions()] == ["Autism ECHO"] * 3 + ["Autism, second half"] * 3


def test_nothing_different_is_nothing() -> None:
    kept = begun()
    before = kept.whole
    part = before.parts[0]
    outcome = kept.change(
        title=before.series.title, rule=part.rule, starts_local=part.starts_local, zone=part.zone
    )
    assert kept.whole == before
    assert outcome.what == ()


def test_where_a_change_may_begin() -> None:
    kept = begun()
    past, later = kept.sessions()[0], kept.sessions()[4]
    assert wrong(lambda: kept.change(past, title="New")) == {"from_session_id"}
    start = datetime.fromisoformat("2026-10-08T12:00")
    rule = replace(BIWEEKLY, count=3)
    assert wrong(lambda: kept.change(later, rule=rule, starts_local=start)) == {"starts_local"}
    elsewhere = datetime.fromisoformat("2026-11-06T12:00")
    assert wrong(lambda: kept.change(later, starts_local=elsewhere)) == {"starts_local"}


def test_a_session_cannot_be_moved_into_the_past() -> None:
    kept = begun()
    kept.now = kept.sessions()[3].starts_at - timedelta(hours=1)
    early = datetime.fromisoformat("2026-10-22T06:00")
    assert wrong(lambda: kept.change(starts_local=early)) == {"starts_local"}


def test_a_session_put_off_by_hand_does_not_draw_past_dates_into_the_change() -> None:
    kept = begun()
    put_off = kept.sessions()[2]
    later = datetime(2026, 10, 30, 18, tzinfo=UTC)
    kept.put(
        replace(
            put_off,
            status=Status.SCHEDULED,
            starts_at=later,
            starts_local=datetime.fromisoformat("2026-10-30T12:00"),
            changed_by_hand=("starts_local",),
        )
    )
    kept.put(replace(kept.sessions()[2], status=Status.CLOSED))
    kept.now = datetime(2026, 10, 25, tzinfo=UTC)
    kept.change(duration_minutes=90)
    assert kept.whole.parts[0].rule.until == date(2026, 11, 4)
    assert [s.duration_minutes for s in kept.sessions()] == [60, 60, 60, 60, 90, 90]


def test_an_editor_sends_the_first_date_with_whatever_else_it_changes() -> None:
    """The console sends the start with a rule or a zone; the one that is there says nothing."""
    kept = begun()
    first = kept.whole.parts[0].starts_local
    kept.change(rule=replace(BIWEEKLY, exclude=(date(2026, 11, 5),)), starts_local=first)
    assert [part.sequence for part in kept.whole.parts] == [1]
    kept.change(zone="America/Phoenix", starts_local=first)
    assert len(kept.whole.parts) == 2
    kept.change(starts_local=first.replace(hour=17))
    assert kept.days() == [*PAST, "10-22 17:00", "11-19 17:00"]
    third = kept.sessions()[4]
    assert third.original_local is not None
    kept.change(third, rule=replace(BIWEEKLY, count=2), starts_local=third.original_local)
    assert kept.days() == [*PAST, "10-22 17:00", "11-19 17:00", "12-03 17:00"]
    kept.change(
        rule=replace(BIWEEKLY, count=None, until=date(2026, 12, 20)), starts_local=first.replace(hour=17)
    )
    assert kept.days()[3:] == [f"{day} 17:00" for day in ("10-22", "11-05", "11-19", "12-03", "12-17")]
