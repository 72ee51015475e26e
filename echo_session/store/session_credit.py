"""What credit a session offers, and who presented in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from echo_session.domain.credit import Presented
from echo_session.domain.credit_types import MAX_MINUTES, CreditType
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.sessions import Session
from echo_session.store.credit_types import types_of
from echo_session.store.engine import Tx
from echo_session.store.merges import survivors
from echo_session.store.tables import PersonRow, PresenterRow, SessionCreditRow

__all__ = ["Offer", "Presenter", "offers_of", "presented_in", "presenters_of", "set_offers", "set_presenters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One type of the session's program, as this session has it."""

    type: CreditType
    offered: bool
    own_minutes: int | None
    """What this session alone is designated for; None: as the type says."""
    designated_minutes: int
    """The most that comes of it."""


@dataclass(frozen=True, slots=True)
class Presenter:
    """Somebody who presented; ``minutes`` None: all of the session."""

    person_id: str
    name: str
    minutes: int | None


async def offers_of(tx: Tx, session: Session) -> list[Offer]:
    """Every type in use of the session's program, offered or not."""
    found = await types_of(tx, session.program_id)
    query = select(SessionCreditRow).where(SessionCreditRow.session_id == session.id)
    own = {row.credit_type_id: row for row in await tx.scalars(query)}
    return [_offer(session, one, own.get(one.id)) for one in found]


async def set_offers(tx: Tx, session: Session, wanted: Sequence[tuple[str, bool, int | None]]) -> None:
    """Makes these types, each with whether it is offered and for how many minutes, what the session has.

    What is not named stays. Raises InvalidFields.
    """
    known = {one.id for one in await types_of(tx, session.program_id)}
    problems = []
    for number, (type_id, _, minutes) in enumerate(wanted):
        if type_id not in known:
            allowed = "a credit type in use of the session's program"
            problems.append(FieldProblem(f"offers.{number}.credit_type_id", "is none here", allowed))
        if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
            field = f"offers.{number}.designated_minutes"
            problems.append(FieldProblem(field, f"is {minutes}", f"1 to {MAX_MINUTES}, or null"))
    if problems:
        raise InvalidFields(problems)
    for type_id, offered, minutes in wanted:
        row = await tx.get(SessionCreditRow, (session.id, type_id))
        if row is None:
            row = SessionCreditRow(session_id=session.id, credit_type_id=type_id)
            tx.add(row)
        row.offered, row.designated_minutes = offered, minutes
    await tx.flush()


async def presenters_of(tx: Tx, session_id: str) -> list[Presenter]:
    """Who presented, by name; people who turned out to be one are one."""
    query = (
        select(PersonRow.id, PersonRow.merged_into, PresenterRow.minutes)
        .join(PresenterRow, PresenterRow.person_id == PersonRow.id)
        .where(PresenterRow.session_id == session_id)
    )
    minutes: dict[str, int | None] = {}
    for person_id, merged_into, own in await tx.execute(query):
        one = merged_into or person_id
        known = minutes.get(one, 0)
        minutes[one] = None if own is None or known is None else own + known
    named = await tx.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(minutes)))
    found = [Presenter(person_id, name, minutes[person_id]) for person_id, name in named]
    return sorted(found, key=lambda one: (one.name.casefold(), one.person_id))


async def presented_in(tx: Tx, session_id: str) -> dict[str, Presented]:
    """Who presented for how long, by person."""
    return {one.person_id: Presented(one.minutes) for one in await presenters_of(tx, session_id)}


async def set_presenters(
    tx: Tx, session_id: str, wanted: Sequence[tuple[str, int | None]], *, by: str, now: datetime
) -> None:
    """Makes these people, each with their minutes, the presenters of the session. Raises InvalidFields."""
    are = await survivors(tx, {person_id for person_id, _ in wanted})
    problems = []
    for number, (person_id, minutes) in enumerate(wanted):
        if person_id not in are:
            field = f"presenters.{number}.person_id"
            problems.append(FieldProblem(field, "is nobody", "the id of a person"))
        if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
            field = f"presenters.{number}.minutes"
            problems.append(
                FieldProblem(field, f"is {minutes}", f"1 to {MAX_MINUTES}, or null for all of it")
            )
    if problems:
        raise InvalidFields(problems)
    merged = {are[person_id]: minutes for person_id, minutes in wanted}
    query = select(PresenterRow).where(PresenterRow.session_id == session_id)
    known = {row.person_id: row for row in await tx.scalars(query)}
    gone = [person_id for person_id in known if person_id not in merged]
    if gone:
        which = (PresenterRow.session_id == session_id, PresenterRow.person_id.in_(gone))
        await tx.execute(delete(PresenterRow).where(*which))
    for person_id, minutes in merged.items():
        row = known.get(person_id)
        if row is None:
            row = PresenterRow(session_id=session_id, person_id=person_id, minutes=minutes, by=by, at=now)
            tx.add(row)
        elif row.minutes != minutes:
            row.minutes, row.by, row.at = minutes, by, now
    await tx.flush()


def _offer(session: Session, kept: CreditType, own: SessionCreditRow | None) -> Offer:
    minutes = None if own is None else own.designated_minutes
    planned = session.duration_minutes
    return Offer(
        type=kept,
        offered=own is None or own.offered,
        own_minutes=minutes,
        designated_minutes=minutes or kept.designated_minutes or planned,
    )
