"""Two sessions at one time that need the same person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from echo_session.domain.people import Role

LEADING = frozenset({Role.FACILITATOR, Role.PANELIST})
"""Who cannot be in two sessions at a time. Others may look into one and go to the other."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A session that some people lead or teach in."""

    session_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    """Their names."""


def conflicts(spans: Sequence[tuple[datetime, datetime]], busy: Iterable[Busy]) -> list[list[Busy]]:
    """For each span, from its start to before its end, the sessions that overlap it, oldest first."""
    order = sorted(range(len(spans)), key=lambda n: spans[n])
    known = sorted(busy, key=lambda one: (one.starts_at, one.session_id))
    longest = max((one.ends_at - one.starts_at for one in known), default=timedelta())
    found: list[list[Busy]] = [[] for _ in spans]
    first = 0
    for number in order:
        start, end = spans[number]
        while first < len(known) and known[first].starts_at + longest <= start:
            first += 1
        for place in range(first, len(known)):
            if known[place].starts_at >= end:
                break
            if known[place].ends_at > start:
                found[number].append(known[place])
    return found
