"""Who is registered, seen from a session, a series or a program.

Somebody may be registered for a program, for one of its series and for one of the sessions. What counts in a
session is what was decided most narrowly: for the session, else for its series, else for its program. A wish
that is still open (pending, waiting) changes nothing. People who turned out to be one are one here: whom the
others were merged into.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Label, Select, and_, case, func, literal, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from echo_session.domain.people import Registration, RegistrationStatus
from echo_session.domain.registering import DECIDED
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.registration_rows import read_registrations
from echo_session.store.tables import PersonRow, RegistrationRow, SeriesRow, SessionRow

PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """What a registration may be for, to count here: None where there is no such thing."""

    session_id: str | None = None
    series_id: str | None = None
    program_id: str | None = None

    def columns(self) -> tuple[tuple[InstrumentedAttribute[str | None], str | None], ...]:
        """Where registrations for each are found, the narrowest first."""
        return (
            (RegistrationRow.session_id, self.session_id),
            (RegistrationRow.series_id, self.series_id),
            (RegistrationRow.program_id, self.program_id),
        )


async def effective(tx: Tx, session_id: str, person_id: str) -> Registration | None:
    """The registration by which this person may come to the session; None where they may not, or not now.

    Raises:
        NotFound: there is no such session.
    """
    scopes = await scopes_of_session(tx, session_id)
    ranked = _ranked(scopes, await merged_with(tx, person_id))
    found = await _first_of_each(tx, ranked, after="", limit=1)
    return found[0] if found else None


async def registrants_of_session(
    tx: Tx, session_id: str, *, after: str = "", limit: int = PAGE
) -> list[Registration]:
    """Who may come to the session, each once, in the order of ids; ``after`` is the last one known.

    Raises:
        NotFound: there is no such session.
    """
    return await _first_of_each(tx, _ranked(await scopes_of_session(tx, session_id)), after, limit)


async def registrants_of_series(
    tx: Tx, series_id: str, *, after: str = "", limit: int = PAGE
) -> list[Registration]:
    """Who may come to the series, or to its whole program. Raises NotFound."""
    return await _first_of_each(tx, _ranked(await scopes_of_series(tx, series_id)), after, limit)


async def registrants_of_program(
    tx: Tx, program_id: str, *, after: str = "", limit: int = PAGE
) -> list[Registration]:
    """Who may come to the whole program."""
    return await _first_of_each(tx, _ranked(Scopes(program_id=program_id)), after, limit)


async def registrations_of_person(tx: Tx, person_id: str) -> list[Registration]:
    """Everything that a person is registered for, or was, or asks to be; the first one first."""
    query = (
        select(RegistrationRow.id)
        .where(RegistrationRow.person_id.in_(await merged_with(tx, person_id)))
        .order_by(RegistrationRow.created_at, RegistrationRow.id)
    )
    return await read_registrations(tx, list(await tx.scalars(query)))


async def merged_with(tx: Tx, person_id: str) -> list[str]:
    """Ids of all rows that are this person."""
    survivor = (
        select(func.coalesce(PersonRow.merged_into, PersonRow.id))
        .where(PersonRow.id == person_id)
        .scalar_subquery()
    )
    query = select(PersonRow.id).where(or_(PersonRow.id == survivor, PersonRow.merged_into == survivor))
    return list(await tx.scalars(query))


async def scopes_of_session(tx: Tx, session_id: str) -> Scopes:
    """Raises NotFound."""
    query = select(SessionRow.series_id, SessionRow.program_id).where(SessionRow.id == session_id)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"no session {session_id}")
    return Scopes(session_id=session_id, series_id=row.series_id, program_id=row.program_id)


async def scopes_of_series(tx: Tx, series_id: str) -> Scopes:
    """Raises NotFound."""
    program_id = await tx.scalar(select(SeriesRow.program_id).where(SeriesRow.id == series_id))
    if program_id is None:
        raise NotFound(f"no series {series_id}")
    return Scopes(series_id=series_id, program_id=program_id)


def good(row: type[RegistrationRow] = RegistrationRow) -> ColumnElement[bool]:
    """Registrations by which somebody may come."""
    return and_(row.status == RegistrationStatus.APPROVED.value, row.removed_at.is_(None))


def decided(row: type[RegistrationRow] = RegistrationRow) -> ColumnElement[bool]:
    """Registrations that say whether somebody may come. Who was turned down and asks again stays so."""
    return or_(row.status.in_([status.value for status in DECIDED]), row.decided_at.is_not(None))


def who(own: type[PersonRow]) -> Label[str]:
    """Whom a row of people stands for."""
    return func.coalesce(own.merged_into, own.id).label("who")


def _ranked(scopes: Scopes, people: Collection[str] | None = None) -> Select[str, bool, int]:
    """Id of a registration, whether it lets in, and 1 where it is the one that counts for its person.

    Each scope is asked for by itself, so that each goes by its own index.
    """
    own = aliased(PersonRow)
    found = union_all(
        *(
            select(
                RegistrationRow.id, good().label("good"), who(own), literal(narrowness).label("narrowness")
            )
            .join(own, own.id == RegistrationRow.person_id)
            .where(column == scope_id, decided())
            .where(true() if people is None else RegistrationRow.person_id.in_(people))
            for narrowness, (column, scope_id) in enumerate(scopes.columns())
            if scope_id is not None
        )
    ).subquery()
    place = func.row_number().over(
        partition_by=found.c.who,
        order_by=(found.c.narrowness, case((found.c.good, 0), else_=1), found.c.id),
    )
    return select(found.c.id, found.c.good, place.label("place"))


async def _first_of_each(
    tx: Tx, ranked: Select[str, bool, int], after: str, limit: int
) -> list[Registration]:
    found = ranked.subquery()
    ids = (
        select(found.c.id)
        .where(found.c.place == 1, found.c.good, found.c.id > after)
        .order_by(found.c.id)
        .limit(limit)
    )
    return await read_registrations(tx, list(await tx.scalars(ids)))
