"""Dates as a recurrence that every calendar understands: a simple rule, and the dates that it leaves out.

Outlook takes one weekday of the month at most ("second and fourth Thursday" is beyond it), no fifth ones, and
no RDATE. So whatever is more than that becomes a weekly rule with EXDATEs, which says the same dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd

from echo_session.domain.rules import DAYS, MAX_WEEKS, Rule, week_of_month

__all__ = ["Recurrence", "recurrence_of"]

WEEK = timedelta(weeks=1)
OUTLOOK_WEEKS = frozenset({1, 2, 3, 4, -1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule from ``first`` to ``last`` (both are dates of it), and the dates that it gives beyond ours."""

    first: date
    last: date
    parts: dict[str, str | int | list[str]]
    """FREQ and so on (RFC 5545 section 3.3.10), without UNTIL."""
    left_out: tuple[date, ...]


def recurrence_of(rule: Rule, dates: Sequence[date]) -> Recurrence:
    """The dates, at least one, sorted, as a recurrence."""
    return _monthly(rule, dates) or _weekly(dates)


def _monthly(rule: Rule, dates: Sequence[date]) -> Recurrence | None:
    if rule.freq != "monthly" or len(rule.positions) != 1:
        return None
    [position] = rule.positions
    if position.week not in OUTLOOK_WEEKS:
        return None
    given = list(_of_months(dates[0], dates[-1], position.week, position.day, rule.interval))
    if not set(dates) <= set(given):
        return None
    return Recurrence(
        first=dates[0],
        last=dates[-1],
        parts={
            "FREQ": "MONTHLY",
            "INTERVAL": rule.interval,
            "BYDAY": f"{position.week}{DAYS[position.day]}",
        },
        left_out=tuple(sorted(set(given) - set(dates))),
    )


def _of_months(first: date, last: date, week: int, day: int, interval: int) -> Iterator[date]:
    month = first.year * 12 + first.month - 1
    while True:
        found = _weekday_of_month(month // 12, month % 12 + 1, week, day)
        if found > last:
            return
        yield found
        month += interval


def _weekday_of_month(year: int, month: int, week: int, day: int) -> date:
    """The so manyeth such weekday, -1 for the last; week is 4 at most, so there always is one."""
    days = [
        date(year, month, number)
        for number in range(1, calendar.monthrange(year, month)[1] + 1)
        if date(year, month, number).weekday() == day
    ]
    return days[-1] if week == -1 else next(one for one in days if week_of_month(one) == week)


def _weekly(dates: Sequence[date]) -> Recurrence:
    weeks = sorted({_monday(day) for day in dates})
    step = gcd(*((week - weeks[0]) // WEEK for week in weeks)) or 1
    if step > MAX_WEEKS:
        step = 1
    days = sorted({day.weekday() for day in dates})
    given = set[date]()
    monday = weeks[0]
    while monday <= weeks[-1]:
        given.update(monday + timedelta(days=day) for day in days)
        monday += step * WEEK
    left_out = sorted(day for day in given - set(dates) if dates[0] < day < dates[-1])
    return Recurrence(
        first=dates[0],
        last=dates[-1],
        parts={"FREQ": "WEEKLY", "INTERVAL": step, "BYDAY": [DAYS[day] for day in days], "WKST": "MO"},
        left_out=tuple(left_out),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
