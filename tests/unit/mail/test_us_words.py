"""Dates, times and zones in mail."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from echo_session.domain.us_words import american, clock, moment_words, zone_name


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Denver", "Mountain Time"),
        ("America/Phoenix", "Arizona"),
        ("America/Los_Angeles", "Pacific Time"),
        ("America/Chicago", "Central Time"),
        ("America/New_York", "Eastern Time"),
        ("America/Anchorage", "Alaska"),
        ("Pacific/Honolulu", "Hawaii"),
        ("America/Bogota", "Bogota time"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_zones_have_the_names_that_people_use(zone: str, name: str) -> None:
    assert zone_name(zone) == name


def test_a_moment_is_told_in_one_form() -> None:
    at = datetime(2026, 12, 10, 19, 0, tzinfo=UTC)
    assert moment_words(at, "America/Denver") == "Thursday, December 10, 2026, 12:00 PM Mountain Time (MST)"
    assert moment_words(at, "America/Bogota") == "Thursday, December 10, 2026, 2:00 PM Bogota time"
    assert moment_words(at, "UTC") == "Thursday, December 10, 2026, 7:00 PM UTC"


def test_midnight_and_noon() -> None:
    assert [clock(time(hour, 5)) for hour in (0, 12, 23)] == ["12:05 AM", "12:05 PM", "11:05 PM"]


def test_sentences_are_told_in_the_same_form() -> None:
    words = "From Thursday 10 September 2026: Every day at 14:30, 6 times, until 20 May 2027, America/Denver."
    expected = (
        "From Thursday, September 10, 2026: Every day at 2:30 PM, 6 times, until May 20, 2027, Mountain Time."
    )
    assert american(words) == american(expected) == expected
    assert american("Ask Nowhere/Special or ICD/Codes.") == "Ask Nowhere/Special or ICD/Codes."
