"""On which dates a rule falls, and at which instants: RFC 5545 by dateutil, the clocks by zoneinfo.

A rule is expanded in wall time, without a zone, and every date then finds its own instant, so that a series
at 12:00 stays at 12:00 when the clocks change. The rule has been checked before: it has dates, it ends, and
its numbers are in range. What it costs is bounded all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

__all__ = ["Occurrence", "Position", "Rule", "dates", "expand", "resolve"]

MOST = 367
"""So many dates are looked for: one more than a series may have, so that too many are noticed."""
WINDOW = timedelta(days=5 * 366 + 1)
"""How far from its first date a rule is followed: a little further than it may go."""


class Position(Protocol):
    """A weekday of the month."""

    @property
    def week(self) -> int:
        """1 to 5, or -1 for the last."""

    @property
    def day(self) -> int:
        """0 for Monday."""


class Rule(Protocol):
    """On which dates; see ``echo_session.domain.rules``."""

    @property
    def freq(self) -> Literal["weekly", "monthly", "dates"]:
        """What the other parts mean."""

    @property
    def interval(self) -> int:
        """Every so many weeks or months."""

    @property
    def weekdays(self) -> Sequence[int]:
        """0 for Monday."""

    @property
    def positions(self) -> Sequence[Position]:
        """Weekdays of the month."""

    @property
    def dates(self) -> Sequence[date]:
        """The dates themselves."""

    @property
    def until(self) -> date | None:
        """The last date that may be one."""

    @property
    def count(self) -> int | None:
        """So many dates, those among them that are left out."""

    @property
    def exclude(self) -> Sequence[date]:
        """Dates that are left out."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a rule. Wall times are naive, instants are UTC."""

    original_local: datetime
    """What the rule says."""
    starts_local: datetime
    """What clocks show then: later by the gap where the spring change skips what the rule says."""
    starts_at: datetime
    moved_forward: bool
    twice: bool
    """The wall time comes twice, in autumn; this is the first."""


def expand(rule: Rule, first: datetime, zone: str) -> tuple[Occurrence, ...]:
    """The occurrences, oldest first, those that are left out not among them.

    Args:
        first: wall time of the first date of the rule; its time of day is that of all.
    """
    left_out = frozenset(rule.exclude)
    return tuple(
        resolve(datetime.combine(day, first.time()), zone)
        for day in dates(rule, first)
        if day not in left_out
    )


def dates(rule: Rule, first: datetime) -> tuple[date, ...]:
    """Every date that the rule gives, those among them that are left out: at most `MOST`, within `WINDOW`."""
    most = MOST if rule.count is None else min(MOST, rule.count)
    return tuple(islice(_generated(rule, first.date()), most))


def resolve(local: datetime, zone: str) -> Occurrence:
    """The instant at which clocks in the zone show this wall time.

    One that the spring change skips moves forward by the gap; of one that comes twice it is the first. Both
    are what ``fold=0`` means (PEP 495): the offset from before the change holds. A skipped time is found by
    going to UTC and back.
    """
    there = ZoneInfo(zone)
    aware = local.replace(tzinfo=there, fold=0)
    instant = aware.astimezone(UTC)
    shown = instant.astimezone(there).replace(tzinfo=None, fold=0)
    exists = shown == local
    twice = exists and aware.utcoffset() != aware.replace(fold=1).utcoffset()
    return Occurrence(local, shown, instant, moved_forward=not exists, twice=twice)


def _generated(rule: Rule, first: date) -> Iterator[date]:
    if rule.freq == "dates":
        yield from rule.dates
        return
    begin = datetime.combine(first, time())
    last = begin + WINDOW
    if rule.until is not None:
        last = min(last, datetime.combine(rule.until, time()))
    if rule.freq == "weekly":
        days = [weekday(day) for day in rule.weekdays]
        weekly = rrule(WEEKLY, begin, interval=rule.interval, byweekday=days, until=last, wkst=0)
        yield from (moment.date() for moment in weekly)
        return
    # With the interval given to dateutil, a fifth weekday that hardly ever comes is sought until the year
    # 9999. So it gives those of every month, and we take the months.
    positions = [weekday(one.day)(one.week) for one in rule.positions]
    for moment in rrule(MONTHLY, begin, byweekday=positions, until=last):
        months = (moment.year - first.year) * 12 + moment.month - first.month
        if months % rule.interval == 0:
            yield moment.date()
