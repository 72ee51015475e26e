"""What people register for - a session, a series, a program - and the rules that hold there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute

from echo_session.domain.people import Registration, Role
from echo_session.domain.registering import Approval, Scope, ScopeKind, Terms
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.registrants import good, who
from echo_session.store.tables import PersonRow, ProgramRow, RegistrationRow, SeriesRow, SessionRow

UNLIMITED = Terms(approval=Approval.OPEN, capacity=None, waiting_list=False)
"""Of a single session: only the hub registers people for one."""

_COLUMNS: dict[ScopeKind, InstrumentedAttribute[str | None]] = {
    ScopeKind.SESSION: RegistrationRow.session_id,
    ScopeKind.SERIES: RegistrationRow.series_id,
    ScopeKind.PROGRAM: RegistrationRow.program_id,
}
_ROWS: dict[ScopeKind, type[SessionRow] | type[SeriesRow] | type[ProgramRow]] = {
    ScopeKind.SESSION: SessionRow,
    ScopeKind.SERIES: SeriesRow,
    ScopeKind.PROGRAM: ProgramRow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFacts:
    """One thing that people register for, as it is now."""

    scope: Scope
    title: str
    terms: Terms
    program_id: str | None
    over: str
    """Why nobody can register any more, as in "this series is ..."; empty where people can."""


def within(scope: Scope) -> ColumnElement[bool]:
    """Registrations for this."""
    return _COLUMNS[scope.kind] == scope.id


async def scope_facts(tx: Tx, scope: Scope, *, lock: bool = False) -> ScopeFacts:
    """What is registered for.

    Args:
        lock: keeps everybody else from counting places there until the unit of work ends.

    Raises:
        NotFound: there is no such thing.
    """
    row = await tx.get(
        _ROWS[scope.kind],
        scope.id,
        populate_existing=True,
        with_for_update={"key_share": True} if lock else None,
    )
    match row:
        case SessionRow(kind="session"):
            over = row.status if row.status in ("closed", "cancelled") else ""
            return ScopeFacts(
                scope=scope, title=row.title, terms=UNLIMITED, program_id=row.program_id, over=over
            )
        case SeriesRow():
            return await _of_series(tx, scope, row)
        case ProgramRow():
            return ScopeFacts(
                scope=scope,
                title=row.name,
                terms=_terms(row.approval, row),
                program_id=row.id,
                over="archived" if row.archived_at is not None else "",
            )
        case _:
            raise NotFound(f"no {scope.kind.value} {scope.id}")


async def taken(tx: Tx, scope: Scope) -> int:
    """How many places are taken: approved participants, each person once."""
    query = (
        select(func.count(distinct(who(PersonRow))))
        .select_from(RegistrationRow)
        .join(PersonRow, PersonRow.id == RegistrationRow.person_id)
        .where(within(scope), good(), RegistrationRow.role == Role.PARTICIPANT.value)
    )
    return await tx.scalar(query) or 0


def sessions_of(scope: Scope) -> ColumnElement[bool]:
    """Sessions that a registration for this leads to."""
    columns = {
        ScopeKind.SESSION: SessionRow.id,
        ScopeKind.SERIES: SessionRow.series_id,
        ScopeKind.PROGRAM: SessionRow.program_id,
    }
    return and_(columns[scope.kind] == scope.id, SessionRow.kind == "session")


async def open_sessions_of(tx: Tx, scope: Scope) -> list[str]:
    """Ids of the sessions among them whose rooms are open."""
    query = select(SessionRow.id).where(sessions_of(scope), SessionRow.status == "open")
    return list(await tx.scalars(query))


async def titles(tx: Tx, registrations: Collection[Registration]) -> dict[str, str]:
    """The names of what people are registered for, by id."""
    named = (
        (SessionRow.id, SessionRow.title, {one.session_id for one in registrations}),
        (SeriesRow.id, SeriesRow.title, {one.series_id for one in registrations}),
        (ProgramRow.id, ProgramRow.name, {one.program_id for one in registrations}),
    )
    found: dict[str, str] = {}
    for key, title, ids in named:
        if ids - {None}:
            rows = await tx.execute(select(key, title).where(key.in_(ids - {None})))
            found.update((one, name) for one, name in rows)
    return found


async def _of_series(tx: Tx, scope: Scope, row: SeriesRow) -> ScopeFacts:
    program = await tx.get_one(ProgramRow, row.program_id)
    over = row.status if row.status != "active" else ""
    if program.archived_at is not None:
        over = over or "archived"
    return ScopeFacts(
        scope=scope,
        title=row.title,
        terms=_terms(row.approval or program.approval, row),
        program_id=row.program_id,
        over=over,
    )


def _terms(approval: str, row: SeriesRow | ProgramRow) -> Terms:
    return Terms(approval=Approval(approval), capacity=row.capacity, waiting_list=row.waiting_list)
