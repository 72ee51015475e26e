"""When a series happens: the rule, what it may be, and how it is kept.

A rule says on which dates; the time of day and the zone belong to the part of the series that has the rule.
It must end: by a count, by a last date, or by naming its dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, cast

from echo_session.domain.errors import FieldProblem, InvalidFields

Freq = Literal["weekly", "monthly", "dates"]

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As RFC 5545 writes them; a day is kept as its place here, as `date.weekday` counts."""

MAX_OCCURRENCES = 366
MAX_YEARS = 5
"""From the first date to the last."""
MAX_WEEKS = 52
MAX_MONTHS = 12
WEEKS = (1, 2, 3, 4, 5, -1)
"""Which one of its month a weekday may be: 5 where there is a fifth, -1 is the last."""

_LONGEST_WAIT = 366
"""Days within which every weekday of every week of a month comes, the fifth too."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A weekday of the month, such as the second Thursday: ``Position(2, 3)``."""

    week: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """On which dates. What a frequency does not use is empty; days and dates are sorted, each once."""

    freq: Freq
    interval: int = 1
    """Every so many weeks or months, counted from the first date's."""
    weekdays: tuple[int, ...] = ()
    positions: tuple[Position, ...] = ()
    dates: tuple[date, ...] = ()
    until: date | None = None
    """The last date that may be one."""
    count: int | None = None
    """So many dates, those among them that are left out (RFC 5545 COUNT)."""
    exclude: tuple[date, ...] = ()
    """Dates that are left out."""


def checked(rule: Rule, field: str = "rule") -> Rule:
    """The rule, in order and with nothing twice.

    Raises:
        InvalidFields: names every part of it that is not as allowed.
    """
    problems = [*_parts_problems(rule, field), *_end_problems(rule, field)]
    if problems:
        raise InvalidFields(problems)
    return replace(
        rule,
        weekdays=tuple(sorted(set(rule.weekdays))),
        positions=tuple(sorted(set(rule.positions), key=lambda p: (p.week < 0, p.week, p.day))),
        dates=tuple(sorted(set(rule.dates))),
        exclude=tuple(sorted(set(rule.exclude))),
    )


def first_date(rule: Rule, start: date) -> date:
    """The first date of the rule, from ``start`` on: a rule of dates begins with the first of them."""
    if rule.freq == "dates":
        return rule.dates[0]
    days = (start + timedelta(days=days) for days in range(_LONGEST_WAIT))
    return next(day for day in days if _on(rule, day))


def rest_of(rule: Rule, before: Iterable[date], boundary: date) -> Rule:
    """What is left of the rule from ``boundary`` on, where ``before`` are its dates until then."""
    gone = sum(1 for _ in before)
    return replace(
        rule,
        count=None if rule.count is None else rule.count - gone,
        dates=tuple(day for day in rule.dates if day >= boundary),
        exclude=tuple(day for day in rule.exclude if day >= boundary),
    )


def ended(rule: Rule, boundary: date) -> Rule:
    """The rule without ``boundary`` and what follows."""
    kept = tuple(day for day in rule.exclude if day < boundary)
    if rule.freq == "dates":
        return replace(rule, dates=tuple(day for day in rule.dates if day < boundary), exclude=kept)
    return replace(rule, until=boundary - timedelta(days=1), count=None, exclude=kept)


def without(rule: Rule, days: Iterable[date]) -> Rule:
    """The rule with these dates left out too."""
    return replace(rule, exclude=tuple(sorted({*rule.exclude, *days})))


def to_json(rule: Rule) -> dict[str, Any]:
    """As the records and the API have it."""
    kept: dict[str, Any] = {"freq": rule.freq}
    if rule.freq == "weekly":
        kept |= {"interval": rule.interval, "weekdays": [DAYS[day] for day in rule.weekdays]}
    if rule.freq == "monthly":
        positions = [{"week": one.week, "day": DAYS[one.day]} for one in rule.positions]
        kept |= {"interval": rule.interval, "positions": positions}
    if rule.freq == "dates":
        kept["dates"] = [day.isoformat() for day in rule.dates]
    else:
        kept |= {"until": rule.until.isoformat() if rule.until else None, "count": rule.count}
    return kept | {"exclude": [day.isoformat() for day in rule.exclude]}


def from_json(kept: dict[str, Any]) -> Rule:
    """The rule that `to_json` wrote."""
    until = kept.get("until")
    return Rule(
        freq=cast(Freq, kept["freq"]),
        interval=kept.get("interval", 1),
        weekdays=tuple(DAYS.index(day) for day in kept.get("weekdays", ())),
        positions=tuple(Position(p["week"], DAYS.index(p["day"])) for p in kept.get("positions", ())),
        dates=tuple(date.fromisoformat(day) for day in kept.get("dates", ())),
        until=date.fromisoformat(until) if until else None,
        count=kept.get("count"),
        exclude=tuple(date.fromisoformat(day) for day in kept.get("exclude", ())),
    )


def week_of_month(day: date) -> int:
    """1 for the first of its weekday in its month."""
    return (day.day - 1) // 7 + 1


def _on(rule: Rule, day: date) -> bool:
    if rule.freq == "weekly":
        return day.weekday() in rule.weekdays
    last = (day + timedelta(days=7)).month != day.month
    return any(
        one.day == day.weekday() and (one.week == week_of_month(day) or (one.week == -1 and last))
        for one in rule.positions
    )


def _parts_problems(rule: Rule, field: str) -> list[FieldProblem]:
    problems = []
    most = {"weekly": MAX_WEEKS, "monthly": MAX_MONTHS, "dates": 1}[rule.freq]
    if not 1 <= rule.interval <= most:
        unit = "months" if rule.freq == "monthly" else "weeks"
        allowed = f"1 to {most} {unit}" if rule.freq != "dates" else "leave it out: the dates say it all"
        problems.append(FieldProblem(f"{field}.interval", f"{rule.interval} is out of range", allowed))
    uses = {"weekly": "weekdays", "monthly": "positions", "dates": "dates"}[rule.freq]
    what = {
        "weekdays": 'at least one weekday, such as "TH"',
        "positions": 'at least one weekday of the month, such as {"week": 2, "day": "TH"}',
        "dates": f"1 to {MAX_OCCURRENCES} dates",
    }
    for name in what:
        given = len(getattr(rule, name))
        if name != uses and given:
            problems.append(
                FieldProblem(f"{field}.{name}", f"means nothing where freq is {rule.freq!r}", "leave it out")
            )
        elif name == uses and not given:
            problems.append(FieldProblem(f"{field}.{name}", "is empty", what[name]))
    for number, position in enumerate(rule.positions):
        if position.week not in WEEKS:
            where, allowed = f"{field}.positions.{number}.week", "1 to 5, or -1 for the last"
            problems.append(FieldProblem(where, f"{position.week} is no week of a month", allowed))
    for name in ("dates", "exclude"):
        if len(set(getattr(rule, name))) > MAX_OCCURRENCES:
            given = len(getattr(rule, name))
            allowed = f"at most {MAX_OCCURRENCES} dates"
            problems.append(FieldProblem(f"{field}.{name}", f"has {given} dates", allowed))
    return problems


def _end_problems(rule: Rule, field: str) -> list[FieldProblem]:
    given = [name for name in ("until", "count") if getattr(rule, name) is not None]
    if rule.freq == "dates":
        return [FieldProblem(f"{field}.{n}", "means nothing beside dates", "leave it out") for n in given]
    if len(given) != 1:
        message = "the rule has no end" if not given else "the rule has two ends"
        allowed = f"either until, such as a last date, or count, 1 to {MAX_OCCURRENCES}"
        return [FieldProblem(f"{field}.until", message, allowed)]
    if rule.count is not None and not 1 <= rule.count <= MAX_OCCURRENCES:
        return [FieldProblem(f"{field}.count", f"{rule.count} is out of range", f"1 to {MAX_OCCURRENCES}")]
    return []
