"""The dates of a rule, found and judged: there are some, not too many, and they end in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.rule_words import day_words
from echo_session.domain.rules import MAX_OCCURRENCES, MAX_YEARS, Rule, checked, first_date
from echo_session.domain.session_checks import FIRST_YEAR, LAST_YEAR


class Occurrence(Protocol):
    """One date of a rule; see ``scheduler.recurrence``, which finds them."""

    @property
    def original_local(self) -> datetime:
        """The wall time that the rule gives."""

    @property
    def starts_local(self) -> datetime:
        """What clocks show then: later by the gap where the spring change skips what the rule gives."""

    @property
    def starts_at(self) -> datetime:
        """The instant."""

    @property
    def moved_forward(self) -> bool:
        """True in such a gap."""

    @property
    def twice(self) -> bool:
        """The wall time comes twice; this is the first."""


Expand = Callable[[Rule, datetime, str], Sequence[Occurrence]]
"""The occurrences of a rule, given its first date with the time of day, and the zone."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What a rule comes to."""

    rule: Rule
    first: datetime
    """Its first date, whether left out or not, with the time of day."""
    every: tuple[Occurrence, ...]
    """Those among them that are left out, too."""
    occurrences: tuple[Occurrence, ...]

    @property
    def idle(self) -> tuple[date, ...]:
        """Dates that are left out though the rule does not give them."""
        given = {one.original_local.date() for one in self.every}
        return tuple(day for day in self.rule.exclude if day not in given)


def dated(rule: Rule, starts_local: datetime, zone: str, expand: Expand) -> Dates:
    """The dates of the rule from ``starts_local`` on, whose time of day they have; the zone is known.

    Raises:
        InvalidFields: the rule is not as allowed, gives no date, too many, or goes on too long.
    """
    rule = checked(rule)
    start = starts_local.date()
    if rule.until is not None and rule.until < start:
        raise _wrong("until", f"{day_words(rule.until)} is before the start", "a date after the start")
    for field in ("dates", "exclude"):
        outside = [day for day in getattr(rule, field) if not FIRST_YEAR <= day.year <= LAST_YEAR]
        if outside:
            years = f"years {FIRST_YEAR} to {LAST_YEAR}"
            raise _wrong(field, f"{outside[0].isoformat()} is out of range", years)
    first = first_date(rule, start)
    begin = datetime.combine(first, starts_local.replace(microsecond=0).time())
    every = tuple(expand(replace(rule, exclude=()), begin, zone))
    _refuse_endless(rule, first, every)
    left_out = frozenset(rule.exclude)
    kept = tuple(one for one in every if one.original_local.date() not in left_out)
    if not kept:
        raise _wrong("exclude", "every date of the rule is left out", "leave at least one")
    return Dates(rule, begin, every, kept)


def _refuse_endless(rule: Rule, first: date, every: Sequence[Occurrence]) -> None:
    ends_with = "dates" if rule.freq == "dates" else "count" if rule.count is not None else "until"
    if not every:
        assert rule.until is not None, "only a last date can come before the first"
        message = f"{day_words(rule.until)} is before the first date, {day_words(first)}"
        raise _wrong("until", message, "a date after the first")
    last = min(_years_later(first), date.max)
    if ends_with == "until" and rule.until is not None and rule.until > last:
        message = f"{day_words(rule.until)} is more than {MAX_YEARS} years after the first date"
        raise _wrong("until", message, f"{day_words(last)} or before")
    if len(every) > MAX_OCCURRENCES:
        message = f"the rule gives more than {MAX_OCCURRENCES} sessions"
        raise _wrong(ends_with, message, f"at most {MAX_OCCURRENCES}; end it earlier, or make it rarer")
    found = sum(1 for one in every if one.original_local.date() <= last)
    if found < len(every) or (rule.count is not None and found < rule.count):
        message = f"only {found} of these dates come within {MAX_YEARS} years of the first"
        raise _wrong(ends_with, message, f"dates until {day_words(last)}")


def _years_later(day: date) -> date:
    try:
        return day.replace(year=day.year + MAX_YEARS)
    except ValueError:
        return day.replace(year=day.year + MAX_YEARS, day=28)


def _wrong(field: str, message: str, allowed: str) -> InvalidFields:
    return InvalidFields([FieldProblem(f"rule.{field}", message, allowed)])
