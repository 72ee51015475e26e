"""Wall time and instants, across the changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.times import check_zone, to_local, to_utc

CASES = [
    ("America/Denver", "2026-11-21T16:00:00", "2026-11-21T23:00:00+00:00", "an ordinary winter day"),
    (
        "America/Denver",
        "2026-03-08T02:30:00",
        "2026-03-08T09:30:00+00:00",
        "skipped in spring: 03:30 instead",
    ),
    ("America/Denver", "2026-11-01T01:30:00", "2026-11-01T07:30:00+00:00", "twice in autumn: the first"),
    ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00+00:00", "skipped in spring: 03:30 instead"),
    ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00", "twice in autumn: the first"),
    ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00+00:00", "a gap of half an hour"),
    ("America/Phoenix", "2026-03-08T02:30:00", "2026-03-08T09:30:00+00:00", "a zone without summer time"),
]


@pytest.mark.parametrize(
    ("zone", "local", "utc"), [case[:3] for case in CASES], ids=[f"{c[0]}: {c[3]}" for c in CASES]
)
def test_a_wall_time_means_this_instant(zone: str, local: str, utc: str) -> None:
    assert to_utc(datetime.fromisoformat(local), zone) == datetime.fromisoformat(utc)


@given(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2060-01-01")),
    st.sampled_from(["America/Denver", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_an_instant_shown_in_a_zone_means_that_instant_or_its_twin(moment: datetime, zone: str) -> None:
    instant = moment.replace(tzinfo=UTC)
    again = to_utc(to_local(instant, zone), zone)
    assert to_local(again, zone) == to_local(instant, zone)
    assert again <= instant


def test_a_wall_time_with_an_offset_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="has a time zone"):
        to_utc(datetime(2026, 11, 21, tzinfo=UTC), "UTC")


@pytest.mark.parametrize("zone", ["", "America", "../etc/passwd", "america/denver", "x" * 9999])
def test_what_is_not_a_zone_is_refused_briefly(zone: str) -> None:
    problem = check_zone(zone)
    assert problem is not None
    assert len(problem.message) < 200
