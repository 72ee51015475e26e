"""Credit types of programs: reading, making, changing, putting away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from echo_session.domain import credit_types
from echo_session.domain.credit_types import CreditType, CreditTypeDraft
from echo_session.domain.ids import RandomBytes
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.programs import get_program
from echo_session.store.tables import CreditTypeRow

__all__ = [
    "archive_type",
    "change_type",
    "create_type",
    "get_type",
    "get_types",
    "restore_type",
    "types_of",
]


async def types_of(tx: Tx, program_id: str | None, *, archived: bool | None = False) -> list[CreditType]:
    """Types of a program in their order; those put away, those in use, or with None all."""
    if program_id is None:
        return []
    query = select(CreditTypeRow).where(CreditTypeRow.program_id == program_id)
    if archived is not None:
        away = CreditTypeRow.archived_at
        query = query.where(away.is_not(None) if archived else away.is_(None))
    rows = await tx.scalars(query.order_by(CreditTypeRow.position, CreditTypeRow.id))
    return [_to_type(row) for row in rows]


async def get_type(tx: Tx, type_id: str) -> CreditType:
    """Raises NotFound."""
    row = await tx.get(CreditTypeRow, type_id)
    if row is None:
        raise NotFound(f"no credit type {type_id}")
    return _to_type(row)


async def get_types(tx: Tx, type_ids: Collection[str]) -> dict[str, CreditType]:
    """Types by id."""
    rows = await tx.scalars(select(CreditTypeRow).where(CreditTypeRow.id.in_(type_ids)))
    return {row.id: _to_type(row) for row in rows}


async def create_type(
    tx: Tx, program_id: str, draft: CreditTypeDraft, *, now: datetime, random: RandomBytes
) -> CreditType:
    """A new type, after the others of its program. Raises NotFound, InvalidFields, NotPossible."""
    await get_program(tx, program_id, lock=True)
    last = select(func.max(CreditTypeRow.position)).where(CreditTypeRow.program_id == program_id)
    position = (await tx.scalar(last) or 0) + 1
    made = credit_types.create(draft, program_id=program_id, position=position, now=now, random=random)
    row = CreditTypeRow()
    _keep(row, made)
    tx.add(row)
    await tx.flush()
    return made


async def change_type(tx: Tx, type_id: str, wanted: CreditTypeDraft, *, revision: int | None) -> CreditType:
    """The changed type. ``revision``: what the asker took it for; None asks for no check.

    Raises:
        NotFound, Conflict, InvalidFields.
    """
    row = await _lock(tx, type_id)
    if revision is not None and revision != row.revision:
        raise Conflict(f"the credit type is at revision {row.revision}, not {revision}; read it again")
    return await _kept(tx, row, credit_types.change(_to_type(row), wanted))


async def archive_type(tx: Tx, type_id: str, *, now: datetime) -> CreditType:
    """Offered no more; what was claimed stays. Raises NotFound."""
    row = await _lock(tx, type_id)
    return await _kept(tx, row, credit_types.put_away(_to_type(row), now))


async def restore_type(tx: Tx, type_id: str) -> CreditType:
    """Offered again. Raises NotFound."""
    row = await _lock(tx, type_id)
    return await _kept(tx, row, credit_types.put_away(_to_type(row), None))


async def _lock(tx: Tx, type_id: str) -> CreditTypeRow:
    row = await tx.get(CreditTypeRow, type_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no credit type {type_id}")
    return row


async def _kept(tx: Tx, row: CreditTypeRow, after: CreditType) -> CreditType:
    _keep(row, after)
    await tx.flush()
    return after


def _keep(row: CreditTypeRow, kept: CreditType) -> None:
    values: dict[str, Any] = {field.name: getattr(kept, field.name) for field in fields(CreditType)}
    for name, value in (values | {"professions": list(kept.professions)}).items():
        setattr(row, name, value)


def _to_type(row: CreditTypeRow) -> CreditType:
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(CreditType)}
    return CreditType(**values | {"professions": tuple(row.professions)})
