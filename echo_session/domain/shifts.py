"""At which sessions of a series the clocks of a place show another time than usual.

A series keeps the hub's wall time. Where the clocks of a spoke change on other days than the hub's, or never,
some of its sessions are an hour earlier or later there: the commonest reason why somebody misses one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from echo_session.domain.rule_words import clock, weekday_words
from echo_session.domain.times import to_local

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """An occurrence as a place sees it."""

    starts_local: datetime
    shift_minutes: int
    """How much later than usual clocks there show; negative is earlier, 0 is as usual."""
    words: str
    """Empty where it is as usual."""


def local_times(occurrences: Sequence[tuple[datetime, datetime]], zone: str) -> list[LocalTime]:
    """The occurrences as clocks in ``zone`` show them.

    Usual is the distance from the hub's stated time that most of them have; of two as frequent, the earlier.

    Args:
        occurrences: of each, the wall time that the rule gives, and the instant.
    """
    shown = [to_local(starts_at, zone) for _, starts_at in occurrences]
    apart = [local - original for local, (original, _) in zip(shown, occurrences, strict=True)]
    if not apart:
        return []
    usual = Counter(apart).most_common(1)[0][0]
    return [
        _local_time(local, original + usual) for local, (original, _) in zip(shown, occurrences, strict=True)
    ]


def _local_time(shown: datetime, usual: datetime) -> LocalTime:
    shift = (shown - usual) // MINUTE
    if not shift:
        return LocalTime(shown, 0, "")
    far = f"{_length(abs(shift))} {'later' if shift > 0 else 'earlier'} than usual"
    when = clock(shown) if shown.date() == usual.date() else f"{weekday_words(shown)} {clock(shown)}"
    return LocalTime(shown, shift, f"{far}: {when} instead of {clock(usual)}")


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} hour{'s' if hours > 1 else ''}"] if hours else []
    words += [f"{rest} minute{'s' if rest > 1 else ''}"] if rest else []
    return " and ".join(words)
