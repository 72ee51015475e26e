"""When what is tried again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.deliveries import Attempt, DeliveryState
from echo_session.webhooks.schedule import DEFAULT_POLICY, accepted, in_doubt, rule

from .samples import NOON, attempt, claim

STATUSES = st.none() | st.integers(100, 599)
FAILED = STATUSES.filter(lambda status: status is None or not 200 <= status < 300).filter(lambda s: s != 410)
JITTER = st.floats(0, 1, exclude_max=True)


def no_jitter() -> float:
    return 0.0


@given(st.none() | st.integers(0, 999))
def test_only_2xx_is_success(status: int | None) -> None:
    assert accepted(attempt(status)) == (status is not None and status // 100 == 2)


def test_an_endpoint_that_never_answers_gets_the_whole_schedule_and_a_probe_every_five_minutes() -> None:
    now, current = NOON, claim()
    counted, probes = [timedelta()], []
    while True:
        ruling = rule(current, attempt(500, at=now), DEFAULT_POLICY, no_jitter)
        if ruling.state is DeliveryState.FAILED:
            break
        assert ruling.endpoint_next_attempt_at is not None
        gap = ruling.endpoint_next_attempt_at - now
        assert timedelta() < gap <= timedelta(minutes=5)
        probes.append(gap)
        now = ruling.endpoint_next_attempt_at
        if now >= ruling.next_attempt_at:
            counted.append(now - NOON)
        current = claim(attempts=ruling.attempts, next_at=ruling.next_attempt_at, failures=1)
    waits = [later - earlier for earlier, later in pairwise(counted)]
    minutes, hours = timedelta(minutes=1), timedelta(hours=1)
    assert waits == [
        timedelta(seconds=5),
        5 * minutes,
        30 * minutes,
        *(hours * n for n in (2, 5, 10, 14, 20, 24)),
    ]
    assert len(probes) > 900


@given(st.integers(0, 9), FAILED, JITTER)
def test_a_failed_try_that_was_due_uses_up_one_step_with_at_most_a_tenth_of_jitter(
    used: int, status: int | None, jitter: float
) -> None:
    ruling = rule(claim(attempts=used), attempt(status, took_ms=1500), DEFAULT_POLICY, lambda: jitter)
    assert ruling.attempts == used + 1
    assert ruling.endpoint_up is False
    if used == 9:
        assert ruling.state is DeliveryState.FAILED
        return
    assert ruling.state is DeliveryState.PENDING
    wait = ruling.next_attempt_at - (NOON + timedelta(seconds=1.5))
    step = DEFAULT_POLICY.steps[used + 1]
    assert step <= wait <= step * 1.1


@given(st.integers(0, 9), FAILED, st.integers(1, 10_000), JITTER)
def test_a_probe_before_the_deliverys_own_time_uses_up_nothing(
    used: int, status: int | None, early: int, jitter: float
) -> None:
    own = NOON + timedelta(seconds=early)
    ruling = rule(
        claim(attempts=used, next_at=own, failures=3), attempt(status), DEFAULT_POLICY, lambda: jitter
    )
    assert (ruling.state, ruling.attempts, ruling.next_attempt_at) == (DeliveryState.PENDING, used, own)
    assert ruling.endpoint_next_attempt_at is not None
    assert NOON < ruling.endpoint_next_attempt_at <= NOON + timedelta(minutes=5)


@given(st.floats(0.0001, 1), st.integers(0, 8))
def test_the_schedule_can_be_run_faster(scale: float, used: int) -> None:
    ruling = rule(claim(attempts=used), attempt(500), DEFAULT_POLICY.scaled(scale), no_jitter)
    assert ruling.next_attempt_at - NOON == DEFAULT_POLICY.steps[used + 1] * scale
    assert ruling.endpoint_next_attempt_at is not None
    assert ruling.endpoint_next_attempt_at - NOON <= timedelta(minutes=5) * scale


@given(st.integers(0, 9), st.integers(0, 20), st.booleans())
def test_success_delivers_and_brings_the_endpoint_up(used: int, failures: int, opinion: bool) -> None:
    ruling = rule(
        claim(attempts=used, failures=failures), attempt(204), DEFAULT_POLICY, no_jitter, opinion=opinion
    )
    assert (ruling.state, ruling.endpoint_up) == (DeliveryState.DELIVERED, True)
    assert ruling.releases_backlog == (failures > 0 and not opinion)


@pytest.mark.parametrize("opinion", [False, True])
def test_gone_disables_the_endpoint_and_leaves_the_event_pending(opinion: bool) -> None:
    ruling = rule(claim(), attempt(410), DEFAULT_POLICY, no_jitter, opinion=opinion)
    assert ruling.state is DeliveryState.PENDING
    assert "410" in ruling.disables


@given(FAILED, st.integers(0, 9))
def test_a_second_opinion_that_fails_counts_for_nothing(status: int | None, used: int) -> None:
    held = claim(attempts=used)
    ruling = rule(held, attempt(status), DEFAULT_POLICY, no_jitter, opinion=True)
    assert ruling.state is DeliveryState.PENDING
    assert (ruling.attempts, ruling.next_attempt_at) == (used, held.next_attempt_at)
    assert ruling.endpoint_up is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7200 ", 7200),
        ("Sat, 21 Nov 2026 13:00:00 GMT", 3600),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 5),
        ("999999999999999999999", 86400),
        ("900000", 86400),
        ("-5", 5),
        ("soon", 5),
        ("", 5),
        ("\u0663", 5),
    ],
)
def test_retry_after_is_honoured_up_to_a_day_and_never_shortens_the_wait(header: str, seconds: int) -> None:
    ruling = rule(claim(), attempt(503, retry_after=header), DEFAULT_POLICY, no_jitter)
    assert ruling.next_attempt_at - NOON == timedelta(seconds=seconds)
    assert ruling.endpoint_next_attempt_at == ruling.next_attempt_at


@given(st.text(max_size=40))
def test_no_retry_after_makes_us_stumble(header: str) -> None:
    ruling = rule(claim(), attempt(429, retry_after=header), DEFAULT_POLICY, no_jitter)
    assert timedelta() < ruling.next_attempt_at - NOON <= timedelta(days=1)


@given(st.integers(0, 9), FAILED, st.booleans())
def test_a_failure_beside_a_success_holds_up_its_own_stream_only(
    used: int, status: int | None, asks: bool
) -> None:
    held = claim(attempts=used)
    failed = attempt(status, retry_after="60" if asks else None)
    alone = rule(held, failed, DEFAULT_POLICY, no_jitter)
    beside = rule(held, failed, DEFAULT_POLICY, no_jitter, contradicted=True)
    assert (beside.state, beside.attempts, beside.next_attempt_at) == (
        alone.state,
        alone.attempts,
        alone.next_attempt_at,
    )
    assert beside.endpoint_up is (False if asks else None)


@pytest.mark.parametrize(
    ("failed", "doubt"),
    [
        (attempt(500), True),
        (attempt(302), True),
        (attempt(None), False),
        (attempt(410), False),
        (attempt(429, retry_after="9"), False),
        (attempt(503, retry_after="9"), False),
    ],
)
def test_whether_an_event_or_its_endpoint_is_at_fault_is_in_doubt_only_where_something_answers(
    failed: Attempt, doubt: bool
) -> None:
    assert in_doubt(failed) is doubt
