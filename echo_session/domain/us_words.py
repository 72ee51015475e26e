"""Dates and times as people in the United States write them, as the screens do."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from echo_session.domain.rule_words import MONTHS, WEEKDAYS
from echo_session.domain.times import to_local

__all__ = ["american", "city", "clock", "day_words", "moment_words", "zone_name", "zone_words"]

_NAMES = {
    "Arizona": ("America/Phoenix", "US/Arizona"),
    "Mountain Time": ("America/Denver", "America/Boise", "US/Mountain", "America/Shiprock", "Navajo"),
    "Pacific Time": ("America/Los_Angeles", "US/Pacific"),
    "Central Time": (
        *("America/Chicago", "US/Central", "America/Menominee", "America/Indiana/Knox"),
        *("America/Indiana/Tell_City", "America/North_Dakota/Center"),
        *("America/North_Dakota/New_Salem", "America/North_Dakota/Beulah"),
    ),
    "Eastern Time": (
        *("America/New_York", "US/Eastern", "America/Detroit", "America/Indiana/Indianapolis"),
        *("America/Indianapolis", "America/Kentucky/Louisville", "America/Kentucky/Monticello"),
    ),
    "Alaska": ("America/Anchorage", "US/Alaska", "America/Juneau", "America/Nome", "America/Sitka"),
    "Hawaii": ("Pacific/Honolulu", "US/Hawaii"),
    "UTC": ("UTC", "Etc/UTC"),
}
_NAME_OF = {zone: name for name, zones in _NAMES.items() for zone in zones}

_DAY = re.compile(rf"(?:\b({'|'.join(WEEKDAYS)}) )?\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
_CLOCK = re.compile(r"\b([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?\b(?! [AP]M)")
_ZONE = re.compile(r"\b[A-Z]\w+(?:/[A-Z][\w+-]*)+")


def day_words(day: date | datetime) -> str:
    """Such as "Thursday, May 20, 2027"."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}, {day.year}"


def clock(at: time | datetime) -> str:
    """Such as "12:00 PM"."""
    seconds = f":{at.second:02}" if at.second else ""
    return f"{at.hour % 12 or 12}:{at.minute:02}{seconds} {'AM' if at.hour < 12 else 'PM'}"


def moment_words(at: datetime, zone: str) -> str:
    """Such as "Thursday, May 20, 2027, 12:00 PM Mountain Time (MDT)"."""
    there = to_local(at, zone)
    return f"{day_words(there)}, {clock(there)} {zone_words(at, zone)}"


def zone_words(at: datetime, zone: str) -> str:
    """Such as "Mountain Time (MDT)"."""
    name = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return zone_name(zone) + (f" ({name})" if name.isalpha() and name != zone_name(zone) else "")


def zone_name(zone: str) -> str:
    """Such as "Mountain Time", or "Bogota time"."""
    return _NAME_OF.get(zone) or f"{city(zone)} time"


def city(zone: str) -> str:
    """Such as "Denver"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def american(words: str) -> str:
    """A sentence of ours, such as of `rule_words`, with its dates, times and zones as written here."""

    def day(found: re.Match[str]) -> str:
        weekday, number, month, year = found.groups()
        return (f"{weekday}, " if weekday else "") + f"{month} {number}, {year}"

    def at(found: re.Match[str]) -> str:
        hour, minute, second = found.groups()
        return clock(time(int(hour), int(minute), int(second or 0)))

    def zone(found: re.Match[str]) -> str:
        try:
            ZoneInfo(found[0])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return found[0]
        return zone_name(found[0])

    return _ZONE.sub(zone, _CLOCK.sub(at, _DAY.sub(day, words)))
