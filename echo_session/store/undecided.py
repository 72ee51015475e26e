"""Where registrations wait for the hub's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from echo_session.domain.people import RegistrationStatus
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.store.engine import Tx
from echo_session.store.tables import ProgramRow, RegistrationRow, SeriesRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """How many wait for an answer of one series or program, and since when the first one does."""

    scope: Scope
    title: str
    pending: int
    oldest_at: datetime


async def undecided(tx: Tx) -> Sequence[Undecided]:
    """Where somebody waits, longest wait first. What is cancelled or put away lets nobody in any more."""
    series = (
        _waiting()
        .with_only_columns(SeriesRow.id, SeriesRow.title, *_COUNTED)
        .join(SeriesRow, SeriesRow.id == RegistrationRow.series_id)
        .join(ProgramRow, ProgramRow.id == SeriesRow.program_id)
        .where(SeriesRow.status == "active", ProgramRow.archived_at.is_(None))
        .group_by(SeriesRow.id, SeriesRow.title)
    )
    programs = (
        _waiting()
        .with_only_columns(ProgramRow.id, ProgramRow.name, *_COUNTED)
        .join(ProgramRow, ProgramRow.id == RegistrationRow.program_id)
        .where(ProgramRow.archived_at.is_(None))
        .group_by(ProgramRow.id, ProgramRow.name)
    )
    found = [
        Undecided(scope=Scope(kind, one), title=title, pending=pending, oldest_at=oldest_at)
        for kind, query in ((ScopeKind.SERIES, series), (ScopeKind.PROGRAM, programs))
        for one, title, pending, oldest_at in await tx.execute(query)
    ]
    return sorted(found, key=lambda one: (one.oldest_at, one.scope.id))


_PENDING: ColumnElement[str] = literal_column(f"'{RegistrationStatus.PENDING.value}'")
"""Written out, since SQLite uses the index of those who wait only where it sees the word."""
_COUNTED = (func.count(RegistrationRow.id), func.min(RegistrationRow.queued_at))


def _waiting() -> Select[str]:
    return select(RegistrationRow.id).where(
        RegistrationRow.status == _PENDING, RegistrationRow.removed_at.is_(None)
    )
