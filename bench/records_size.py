"""How many rows, and which ids they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """How many."""

    people: int = 100_000
    series: int = 2_000
    sessions: int = 50_000
    programs: int = 40
    sites: int = 3_000
    mails: int = 50_000

    @property
    def per_series(self) -> int:
        """Sessions."""
        return self.sessions // self.series


SMALL = Size(people=600, series=40, sessions=200, programs=20, sites=30, mails=100)
"""Enough for every query to have something to do."""

Row = dict[str, Any]


def name_id(prefix: str, number: int) -> str:
    """The id of the ``number``-th; unordered, as real ones are."""
    return f"{prefix}_{sha256(f'{prefix}{number}'.encode()).hexdigest()[:22]}"


def merged(size: Size) -> int:
    """How many people turned out to be another one."""
    return size.people // 200
