"""Sessions at one time that need the same person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.conflicts import Busy, conflicts

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def span(start: int, minutes: int) -> tuple[datetime, datetime]:
    begins = START + timedelta(minutes=start)
    return begins, begins + timedelta(minutes=minutes)


def busy(number: int, start: int, minutes: int) -> Busy:
    return Busy(f"ses_{number}", f"Session {number}", *span(start, minutes), people=("Dr. Ortiz",))


def test_one_that_begins_when_the_other_ends_is_no_conflict() -> None:
    assert conflicts([span(0, 60)], [busy(1, 60, 60), busy(2, -60, 60)]) == [[]]


def test_a_long_one_that_began_much_earlier_is_found() -> None:
    assert conflicts([span(0, 60)], [busy(1, -600, 601), busy(2, -500, 10)]) == [[busy(1, -600, 601)]]


times = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 120)), max_size=12)


@given(times, times)
def test_it_finds_what_comparing_each_with_each_finds(
    mine: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    spans = [span(*one) for one in mine]
    known = [busy(number, *one) for number, one in enumerate(others)]
    found = conflicts(spans, known)
    for (start, end), overlapping in zip(spans, found, strict=True):
        assert set(overlapping) == {one for one in known if one.starts_at < end and one.ends_at > start}
        assert overlapping == sorted(overlapping, key=lambda one: one.starts_at)
