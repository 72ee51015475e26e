"""What a rule means, found the slow way: day by day, without dateutil, and instant by instant.

Nothing here shares a line with `scheduler.recurrence`, so one mistake does not say the same thing twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from echo_session.domain.rules import Rule

DAY = timedelta(days=1)
MOST_DAYS = 5 * 366


def dates_of(rule: Rule, first: date) -> list[date]:
    """Every date from `first`, one of the rule's own, to the end of the rule or of five years."""
    if rule.freq == "dates":
        return sorted(rule.dates)
    monday = first - first.weekday() * DAY
    found: list[date] = []
    day = first
    for _ in range(MOST_DAYS):
        if rule.until is not None and day > rule.until:
            break
        if rule.freq == "weekly":
            on = day.weekday() in rule.weekdays and (day - monday).days // 7 % rule.interval == 0
        else:
            months = (day.year - first.year) * 12 + day.month - first.month
            on = months % rule.interval == 0 and any(
                day == weekday_of_month(day.year, day.month, p.week, p.day) for p in rule.positions
            )
        if on:
            found.append(day)
            if len(found) == rule.count:
                break
        day += DAY
    return found


@cache
def weekday_of_month(year: int, month: int, week: int, weekday: int) -> date | None:
    """Such as the second Thursday; none where the month has no fifth."""
    day, all_of_them = date(year, month, 1), []
    while day.month == month:
        if day.weekday() == weekday:
            all_of_them.append(day)
        day += DAY
    if week == -1:
        return all_of_them[-1]
    return all_of_them[week - 1] if week <= len(all_of_them) else None


def instants_of(local: datetime, zone: str) -> list[datetime]:
    """Every instant at which clocks in the zone show `local`: none in a gap, two where it comes twice."""
    there = ZoneInfo(zone)
    around = local.replace(tzinfo=UTC)
    offsets = {around.astimezone(there).utcoffset() or timedelta()}
    for hours in range(-30, 31, 3):
        offsets.add((around + timedelta(hours=hours)).astimezone(there).utcoffset() or timedelta())
    candidates = sorted({around - offset for offset in offsets})
    return [at for at in candidates if at.astimezone(there).replace(tzinfo=None, fold=0) == local]


def gap_at(local: datetime, zone: str) -> tuple[datetime, timedelta]:
    """The change of the clocks that skips `local`: its instant, to the second, and how much it skips."""
    there = ZoneInfo(zone)

    def shown(at: datetime) -> datetime:
        return at.astimezone(there).replace(tzinfo=None, fold=0)

    before = local.replace(tzinfo=UTC) - timedelta(hours=30)
    after = before + timedelta(hours=60)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if shown(middle) < local else (before, middle)
    return after, shown(after) - shown(before) - (after - before)
