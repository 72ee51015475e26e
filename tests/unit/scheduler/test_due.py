"""Rules of due work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.due import Action, Claim, Missed, Run, State, claimable, decide, retry_delay, wake_at

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECONDS = st.integers(min_value=-100_000, max_value=100_000).map(lambda s: timedelta(seconds=s))
TIMES = SECONDS.map(lambda delta: NOON + delta)

CLAIM = Claim(
    id="due_1",
    session_id="ses_1",
    action=Action.OPEN_ROOM,
    occurrence=1,
    due_at=NOON,
    starts_at=NOON + timedelta(minutes=15),
    ends_at=NOON + timedelta(minutes=60),
    closes_at=NOON + timedelta(minutes=75),
    epoch=1,
    lease_until=NOON + timedelta(seconds=60),
)


@given(TIMES, st.none() | TIMES, TIMES)
def test_a_row_is_claimable_exactly_when_its_wake_up_time_has_come(
    due_at: datetime, lease_until: datetime | None, now: datetime
) -> None:
    due = wake_at(State.DUE, due_at, lease_until)
    assert due is not None
    assert claimable(State.DUE, due_at, lease_until, now) == (due <= now)
    claimed = wake_at(State.CLAIMED, due_at, lease_until)
    assert claimed is not None
    if lease_until is not None:
        assert claimable(State.CLAIMED, due_at, lease_until, now) == (claimed <= now)


@given(st.sampled_from([State.DONE, State.MISSED, State.CANCELLED]), TIMES, st.none() | TIMES, TIMES)
def test_what_is_finished_is_never_claimed_again(
    state: State, due_at: datetime, lease_until: datetime | None, now: datetime
) -> None:
    assert not claimable(state, due_at, lease_until, now)
    assert wake_at(state, due_at, lease_until) is None


@given(TIMES)
def test_a_live_lease_keeps_everybody_else_out(now: datetime) -> None:
    assert not claimable(State.CLAIMED, NOON - timedelta(days=9), now + timedelta(microseconds=1), now)


@given(TIMES)
def test_a_room_is_closed_however_late(now: datetime) -> None:
    assert isinstance(decide(replace(CLAIM, action=Action.CLOSE_ROOM), now), Run)


@given(TIMES)
def test_a_room_opens_late_until_it_would_have_closed(now: datetime) -> None:
    assert isinstance(decide(CLAIM, now), Run) == (now < CLAIM.closes_at)


@given(TIMES)
def test_a_warning_is_given_late_until_the_end(now: datetime) -> None:
    warning = replace(CLAIM, action=Action.WARN_ENDING)
    assert isinstance(decide(warning, now), Run) == (now < CLAIM.ends_at)


REMINDER = replace(CLAIM, action=Action.SEND_REMINDER, detail=60, due_at=CLAIM.starts_at - timedelta(hours=1))


@given(TIMES)
def test_a_session_is_finalised_however_late(now: datetime) -> None:
    assert isinstance(decide(replace(CLAIM, action=Action.FINALISE), now), Run)


@given(TIMES)
def test_a_reminder_is_sent_late_until_the_start(now: datetime) -> None:
    assert isinstance(decide(REMINDER, now), Run) == (now < CLAIM.starts_at)


@given(TIMES)
def test_the_reminder_at_the_opening_is_sent_late_until_the_room_closes(now: datetime) -> None:
    opening = replace(REMINDER, detail=0, due_at=NOON)
    assert isinstance(decide(opening, now), Run) == (now < CLAIM.closes_at)


@given(TIMES, TIMES)
def test_a_reminder_gives_way_to_the_next_one(now: datetime, overtaken_at: datetime) -> None:
    verdict = decide(replace(REMINDER, overtaken_at=overtaken_at), now)
    assert isinstance(verdict, Run) == (now < overtaken_at and now < CLAIM.starts_at)
    if isinstance(verdict, Missed) and now >= overtaken_at:
        assert "a later reminder" in verdict.reason
        assert "takes its place" in verdict.reason


def test_what_is_missed_says_why() -> None:
    verdict = decide(CLAIM, CLAIM.closes_at)
    assert isinstance(verdict, Missed)
    assert "2026-11-21T13:15:00+00:00" in verdict.reason


def test_lateness_is_counted_from_the_instant_and_is_never_negative() -> None:
    assert decide(CLAIM, NOON + timedelta(seconds=7)) == Run(late=timedelta(seconds=7))
    assert decide(CLAIM, NOON - timedelta(seconds=7)) == Run(late=timedelta())


@given(st.integers(min_value=0, max_value=10_000))
def test_retries_wait_longer_and_longer_up_to_half_a_minute(failures: int) -> None:
    assert timedelta(seconds=1) <= retry_delay(failures) <= retry_delay(failures + 1) <= timedelta(seconds=30)
