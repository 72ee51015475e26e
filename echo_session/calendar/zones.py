"""Time zones as calendars want them in the file: VTIMEZONE, from the zone database, for the years needed.

Where the clocks change by the same rule every year, it is written as such a rule, as Outlook expects; every
other change is written with its date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from echo_session.domain.rules import DAYS, week_of_month

__all__ = ["vtimezone"]

DAY = timedelta(days=1)
DAY_SECONDS = 86_400
BEFORE_ALL = datetime.fromisoformat("1970-01-01")
"""Onset of what holds in a zone whose clocks do not change."""


@dataclass(frozen=True, slots=True)
class Observance:
    """What clocks show from ``at`` on, which is told in the time before the change, as RFC 5545 has it."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    summer: bool


def vtimezone(zone: str, first: date, last: date) -> Timezone:
    """The zone, right for all that lies between these dates."""
    component = Timezone()
    component.add("tzid", zone)
    end = date(last.year + 1, 12, 31)
    observances = _observances(zone, first.year - 2, end.year)
    for group in _groups(observances):
        component.add_component(_component(group, repeats_on=group[-1].at.year >= end.year))
    return component


@lru_cache(maxsize=256)
def _observances(zone: str, first_year: int, last_year: int) -> tuple[Observance, ...]:
    there = ZoneInfo(zone)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    changes = list(_changes(there, first_year, last_year))
    found = []
    if not changes or changes[0] > begin + 366 * DAY:
        local = begin.astimezone(there)
        offset = local.utcoffset() or timedelta()
        found.append(Observance(BEFORE_ALL, offset, offset, local.tzname() or zone, summer=False))
    for at in changes:
        before = (at - timedelta(seconds=1)).astimezone(there)
        after = at.astimezone(there)
        offset_from, offset_to = before.utcoffset() or timedelta(), after.utcoffset() or timedelta()
        wall = (at + offset_from).replace(tzinfo=None)
        summer = _summer(after.dst(), before.dst())
        found.append(Observance(wall, offset_from, offset_to, after.tzname() or zone, summer))
    return tuple(found)


def _changes(there: ZoneInfo, first_year: int, last_year: int) -> Iterator[datetime]:
    """The instants in these years at which clocks change."""
    begin = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp())
    for low, high in pairwise(range(begin, end + DAY_SECONDS, DAY_SECONDS)):
        before = _shown(low, there)
        if before == _shown(high, there):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _shown(middle, there) == before else (low, middle)
        yield datetime.fromtimestamp(high, UTC)


def _shown(at: int, there: ZoneInfo) -> tuple[timedelta | None, str | None]:
    local = datetime.fromtimestamp(at, there)
    return local.utcoffset(), local.tzname()


def _summer(dst: timedelta | None, dst_before: timedelta | None) -> bool:
    """Ireland and Morocco count their winter, or Ramadan, as the exception: there no DST is summer."""
    return bool(dst and dst > timedelta()) or (not dst and bool(dst_before and dst_before < timedelta()))


def _groups(observances: Sequence[Observance]) -> Iterator[list[Observance]]:
    """Changes that one yearly rule can say together; the others alone."""

    def kind(one: Observance) -> tuple[object, ...]:
        return one.offset_from, one.offset_to, one.name, one.summer, one.at.month, one.at.time()

    for _, alike in groupby(sorted(observances, key=lambda one: (str(kind(one)), one.at)), key=kind):
        run: list[Observance] = []
        for one in alike:
            if run and not (one.at.year == run[-1].at.year + 1 and _position([*run, one])):
                yield run
                run = []
            run.append(one)
        yield run


def _position(run: Sequence[Observance]) -> str:
    """Such as "2SU", where that is what they have in common; else empty."""
    if len({one.at.weekday() for one in run}) > 1:
        return ""
    day = DAYS[run[0].at.weekday()]
    if all((one.at + 7 * DAY).month != one.at.month for one in run):
        return f"-1{day}"
    weeks = {week_of_month(one.at.date()) for one in run}
    return f"{weeks.pop()}{day}" if len(weeks) == 1 and weeks < {1, 2, 3, 4} else ""


def _component(run: Sequence[Observance], *, repeats_on: bool) -> TimezoneStandard | TimezoneDaylight:
    first, last = run[0], run[-1]
    component = TimezoneDaylight() if first.summer else TimezoneStandard()
    component.add("dtstart", first.at)
    component.add("tzoffsetfrom", first.offset_from)
    component.add("tzoffsetto", first.offset_to)
    component.add("tzname", first.name)
    if len(run) > 1:
        rule: dict[str, object] = {"FREQ": "YEARLY", "BYMONTH": first.at.month, "BYDAY": _position(run)}
        if not repeats_on:
            rule["UNTIL"] = (last.at - last.offset_from).replace(tzinfo=UTC)
        component.add("rrule", vRecur(rule))
    return component
