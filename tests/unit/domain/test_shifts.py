"""What the clocks of a spoke show at the sessions of a hub's series."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.shifts import local_times
from echo_session.domain.times import to_utc


def biweekly(zone: str, first: str, times: int) -> list[tuple[datetime, datetime]]:
    start = datetime.fromisoformat(first)
    wall = [start + timedelta(days=14 * number) for number in range(times)]
    return [(local, to_utc(local, zone)) for local in wall]


def test_arizona_is_flagged_where_the_hub_changes_its_clocks() -> None:
    found = local_times(biweekly("America/Denver", "2026-09-10T12:00", 6), "America/Phoenix")
    assert [one.shift_minutes for one in found] == [0, 0, 0, 0, 60, 60]
    assert found[3].starts_local == datetime.fromisoformat("2026-10-22T11:00")
    assert found[4].starts_local == datetime.fromisoformat("2026-11-05T12:00")
    assert found[4].words == "1 hour later than usual: 12:00 instead of 11:00"


def test_a_place_that_changes_with_the_hub_has_no_shift() -> None:
    found = local_times(biweekly("America/Denver", "2026-09-10T12:00", 18), "America/Chicago")
    assert {one.shift_minutes for one in found} == {0}
    assert {one.starts_local.hour for one in found} == {13}


def test_a_week_between_two_changes_is_flagged_on_the_other_side_of_the_sea() -> None:
    found = local_times(biweekly("America/Denver", "2027-03-04T12:00", 3), "Europe/Berlin")
    assert [one.shift_minutes for one in found] == [0, -60, 0]
    assert found[1].words == "1 hour earlier than usual: 19:00 instead of 20:00"


def test_a_time_that_the_hub_skips_is_flagged_there() -> None:
    wall = [
        datetime.fromisoformat(day) for day in ("2026-03-01T02:30", "2026-03-08T02:30", "2026-03-15T02:30")
    ]
    found = local_times([(local, to_utc(local, "America/Denver")) for local in wall], "America/Denver")
    assert [one.shift_minutes for one in found] == [0, 60, 0]


def test_another_day_is_named() -> None:
    found = local_times(biweekly("America/Denver", "2026-10-29T22:30", 4)[::-1], "America/Phoenix")
    assert found[-1].words == "1 hour earlier than usual: 21:30 instead of 22:30"
    late = local_times(biweekly("America/Phoenix", "2026-10-22T23:30", 4), "America/Denver")
    assert late[0].words == "1 hour later than usual: Friday 23 October 2026 00:30 instead of 23:30"


@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=40, unique=True),
    st.sampled_from(["UTC", "Asia/Tokyo"]),
)
def test_between_zones_that_never_change_nothing_shifts(days: list[int], zone: str) -> None:
    start = datetime.fromisoformat("2026-01-01T12:00")
    wall = [start + timedelta(days=day) for day in days]
    found = local_times([(local, to_utc(local, "America/Phoenix")) for local in wall], zone)
    assert all(one.shift_minutes == 0 and not one.words for one in found)
