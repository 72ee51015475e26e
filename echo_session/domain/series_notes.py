"""What a coordinator should know about the dates of a series before they are saved, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from echo_session.domain.rule_words import clock, day_words, listed, weekday_words

MOST = 5
"""So many sentences of a kind; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A date of a series as it would be."""

    session_id: str | None
    """None where the session is still to be made."""
    zone: str
    original_local: datetime
    starts_local: datetime
    starts_at: datetime
    ends_at: datetime
    moved_forward: bool
    by_hand: bool = False
    """It has a time of its own, which the rule does not give."""

    @property
    def stated(self) -> datetime:
        """The wall time at the hub that people know."""
        return self.starts_local if self.by_hand else self.original_local


def comes_twice(local: datetime, zone: str) -> bool:
    """Clocks in the zone show this wall time twice, since they are set back."""
    first = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return False
    return first.astimezone(UTC).astimezone(first.tzinfo).replace(tzinfo=None, fold=0) == local


def notes(
    planned: Sequence[Planned],
    *,
    asked: date | None = None,
    idle: Iterable[date] = (),
    overlapping: int = 0,
) -> list[str]:
    """Sentences, none where there is nothing to say.

    Args:
        asked: the date that was asked for as the first.
        idle: dates that are left out though the rule does not give them.
        overlapping: how many of the dates overlap with another session that needs the same people.
    """
    said = []
    if asked is not None and planned and planned[0].original_local.date() > asked:
        first = weekday_words(planned[0].original_local)
        said.append(f"The first session is on {first}, the first date from {day_words(asked)} that fits.")
    said += _capped([_skipped(one) for one in planned if one.moved_forward])
    said += _capped([_twice(one) for one in planned if comes_twice(one.starts_local, one.zone)])
    left_out = [day_words(day) for day in idle]
    if left_out:
        some = left_out[:MOST]
        if len(left_out) > MOST:
            some.append(f"{len(left_out) - MOST} more")
        said.append(f"Left out, but no date of this rule anyway: {listed(some)}.")
    if overlapping:
        count = "One session overlaps" if overlapping == 1 else f"{overlapping} sessions overlap"
        said.append(f"{count} with another that needs the same facilitator or presenter.")
    return said


def _skipped(one: Planned) -> str:
    day, was, now = weekday_words(one.original_local), clock(one.original_local), clock(one.starts_local)
    return f"On {day} clocks in {one.zone} skip {was}; the session starts at {now}."


def _twice(one: Planned) -> str:
    day, at = weekday_words(one.starts_local), clock(one.starts_local)
    return f"On {day} clocks in {one.zone} show {at} twice; the session starts at the first."


def _capped(sentences: list[str]) -> list[str]:
    if len(sentences) <= MOST:
        return sentences
    return [*sentences[:MOST], f"The same holds for {len(sentences) - MOST} more sessions."]
