"""How the sessions of a series get from the dates they have to those that they are to have.

Pure, and without a say in what a session looks like: it tells which session gets which date, which dates
need a new one, and which sessions have none any more. A session keeps its identity wherever it can, since
links, registrations and preparations hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from echo_session.domain.series import Part
from echo_session.domain.series_dates import Occurrence
from echo_session.domain.sessions import Session, Status

NEAR_DAYS = 15
"""A session that loses its date goes to a free one as near as this: to the other Thursday of the month."""

BY_HAND = "status"
"""In ``changed_by_hand``: cancelled on its own, so that it stays so whatever becomes of the series."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An occurrence of a part."""

    part: Part
    occurrence: Occurrence

    @property
    def day(self) -> date:
        """The date that the rule gives."""
        return self.occurrence.original_local.date()


@dataclass(frozen=True, slots=True)
class Matching:
    """Which session gets which date."""

    kept: tuple[tuple[Session, Slot], ...]
    added: tuple[Slot, ...]
    dropped: tuple[Session, ...]


def match(rows: Sequence[Session], slots: Sequence[Slot]) -> Matching:
    """Sessions to dates: first those of the same date, then the nearest, never a cancelled one elsewhere."""
    kept: list[tuple[Session, Slot]] = []
    free = {slot.day: slot for slot in slots}
    waiting: list[Session] = []
    for row in sorted(rows, key=lambda row: (row.status is Status.CANCELLED, _original(row))):
        slot = free.pop(_original(row).date(), None)
        if slot is not None:
            kept.append((row, slot))
        else:
            waiting.append(row)
    pairs = sorted(
        (abs((day - _original(row).date()).days), _original(row), row.id, day)
        for row in waiting
        if row.status is not Status.CANCELLED
        for day in free
        if abs((day - _original(row).date()).days) <= NEAR_DAYS
    )
    by_id = {row.id: row for row in waiting}
    for _, _, row_id, day in pairs:
        if row_id in by_id and day in free:
            kept.append((by_id.pop(row_id), free.pop(day)))
    return Matching(tuple(kept), tuple(free.values()), tuple(by_id.values()))


def settled(session: Session, now: datetime) -> bool:
    """What is past, or goes on, or whose room is about to open: no change of the series touches it."""
    if session.status is Status.CANCELLED:
        return session.starts_at <= now
    return session.status is not Status.SCHEDULED or session.opens_at <= now


def _original(session: Session) -> datetime:
    assert session.original_local is not None, "only occurrences of a rule are matched"
    return session.original_local
