"""Who wants no mail of a program."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.registrants import merged_with
from echo_session.store.tables import PersonRow, ProgramRow, UnsubscriptionRow

__all__ = ["resubscribe", "unsubscribe", "unsubscribed"]


async def unsubscribed(tx: Tx, program_id: str, person_ids: Collection[str]) -> set[str]:
    """Who among these people wants no mail of the program, under any of their rows."""
    survivor = func.coalesce(PersonRow.merged_into, PersonRow.id)
    query = (
        select(survivor)
        .join(UnsubscriptionRow, UnsubscriptionRow.person_id == PersonRow.id)
        .where(
            UnsubscriptionRow.program_id == program_id,
            or_(PersonRow.id.in_(person_ids), PersonRow.merged_into.in_(person_ids)),
        )
    )
    return set(await tx.scalars(query))


async def unsubscribe(tx: Tx, person_id: str, program_id: str, *, now: datetime) -> str:
    """No more mail of the program to this person; gives its name. Again, it changes nothing.

    Raises:
        NotFound: there is no such person, or no such program.
    """
    name, survivor = await _who(tx, person_id, program_id)
    try:
        async with tx.begin_nested():
            tx.add(UnsubscriptionRow(person_id=survivor, program_id=program_id, at=now))
    except IntegrityError:
        pass
    return name


async def resubscribe(tx: Tx, person_id: str, program_id: str) -> str:
    """Mail as before; gives the program's name. Raises NotFound."""
    name, survivor = await _who(tx, person_id, program_id)
    await tx.execute(
        delete(UnsubscriptionRow)
        .where(
            UnsubscriptionRow.program_id == program_id,
            UnsubscriptionRow.person_id.in_(await merged_with(tx, survivor)),
        )
        .execution_options(synchronize_session=False)
    )
    return name


async def _who(tx: Tx, person_id: str, program_id: str) -> tuple[str, str]:
    """The name of the program, and whom the person turned out to be."""
    name = await tx.scalar(select(ProgramRow.name).where(ProgramRow.id == program_id))
    survivor = await tx.scalar(
        select(func.coalesce(PersonRow.merged_into, PersonRow.id)).where(PersonRow.id == person_id)
    )
    if name is None or survivor is None:
        raise NotFound(f"no person {person_id}, or no program {program_id}")
    return name, survivor
