"""Token buckets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.rates import Bucket, Buckets


@given(st.lists(st.floats(0, 3), max_size=60), st.floats(0.5, 20), st.integers(1, 20))
def test_never_more_pass_than_burst_plus_rate_times_time(
    pauses: list[float], rate: float, burst: int
) -> None:
    bucket = Bucket(rate, burst, 0.0)
    now, passed = 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
    assert passed <= burst + rate * now + 1e-6


def test_after_the_told_wait_the_next_one_passes() -> None:
    bucket = Bucket(2.0, 1, 0.0)
    assert bucket.take(0.0)
    assert not bucket.take(0.1)
    assert bucket.take(0.1 + bucket.wait(0.1))


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    bucket = Bucket(1.0, 1, 10.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)
    assert not bucket.take(10.5)
    assert bucket.take(11.0)


def test_one_address_does_not_use_up_the_share_of_another() -> None:
    buckets = Buckets(1.0, 2)
    assert [buckets.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert buckets.take("b", 0.0)


def test_the_number_of_addresses_remembered_is_bounded() -> None:
    buckets = Buckets(1.0, 1, keys=10)
    for number in range(1000):
        buckets.take(str(number), 0.0)
    assert len(buckets) == 10
