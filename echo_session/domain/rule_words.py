"""A rule in words, as a coordinator would say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from echo_session.domain.rules import Position, Rule

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_NUMBERS = {4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth"}
_NUMBERS |= {2: "second", 3: "third", 11: "eleventh", 12: "twelfth"}
NAMED = 3
"""So many dates are named where some are left out; further ones are counted."""


def rule_words(rule: Rule, at: time, dates: Sequence[date]) -> str:
    """Such as "Every second Thursday at 12:00, 18 times, until 20 May 2027".

    Args:
        dates: those that the rule gives, without those that are left out.
    """
    words = f"{_dates_words(rule)} at {clock(at)}"
    if dates:
        times = "once" if len(dates) == 1 else f"{len(dates)} times"
        words += f", {times}, {'on' if len(dates) == 1 else 'until'} {day_words(dates[-1])}"
    left_out = [day for day in rule.exclude if dates and day <= max(dates[-1], rule.exclude[0])]
    return words + _without(left_out)


def day_words(day: date) -> str:
    """Such as "20 May 2027"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_words(moment: date | datetime) -> str:
    """Such as "Thursday 20 May 2027"."""
    return f"{WEEKDAYS[moment.weekday()]} {day_words(moment)}"


def clock(at: time | datetime) -> str:
    """Such as "12:00"."""
    return f"{at.hour:02}:{at.minute:02}" + (f":{at.second:02}" if at.second else "")


def listed(words: Sequence[str]) -> str:
    """Such as "Monday, Tuesday and Friday"."""
    return " and ".join(words) if len(words) < 3 else ", ".join(words[:-1]) + f" and {words[-1]}"


def _dates_words(rule: Rule) -> str:
    if rule.freq == "dates":
        return "On one date" if len(rule.dates) == 1 else f"On {len(rule.dates)} dates"
    if rule.freq == "monthly":
        month = "the month" if rule.interval == 1 else f"every {nth(rule.interval)} month"
        return f"On the {_positions_words(rule.positions)} of {month}"
    days = listed([WEEKDAYS[day] for day in rule.weekdays])
    if len(rule.weekdays) == 7:
        days = "day"
    if rule.interval == 1:
        return f"Every {days}"
    if len(rule.weekdays) == 1:
        return f"Every {nth(rule.interval)} {days}"
    return f"Every {nth(rule.interval)} week on {'every day' if days == 'day' else days}"


def _positions_words(positions: Sequence[Position]) -> str:
    """Such as "second and fourth Thursday"."""
    days = {one.day for one in positions}
    if len(days) == 1:
        return f"{listed([ORDINALS[one.week] for one in positions])} {WEEKDAYS[days.pop()]}"
    return listed([f"{ORDINALS[one.week]} {WEEKDAYS[one.day]}" for one in positions])


def nth(number: int) -> str:
    """Such as "second", or "21st"."""
    if number in _NUMBERS:
        return _NUMBERS[number]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _without(days: Sequence[date]) -> str:
    if not days:
        return ""
    named = [day_words(day) for day in days[:NAMED]]
    if len(days) > NAMED:
        more = len(days) - NAMED
        named.append(f"{more} other date{'s' if more > 1 else ''}")
    return f", but not on {listed(named)}"
