"""Has other systems told of those whom an import has registered: after the step, in short turns.

How far that is stands in the import, and moves on in the unit of work that puts the events in, so that
whoever goes on where somebody died, or does the same at once, tells of nobody twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from echo_session.domain.ids import RandomBytes
from echo_session.store.engine import Database
from echo_session.store.imports import CHUNK
from echo_session.store.tables import ImportedRow, ImportRow, RegistrationRow
from echo_session.store.tell_registrations import tell_registrations

__all__ = ["tell_of_import"]

TOLD = "told"
"""In the columns of an import: the number of the last row whose registration was told of."""


async def tell_of_import(database: Database, import_id: str, *, now: datetime, random: RandomBytes) -> None:
    """One event for each registration, as it is by then. Those that are yet to be made are left for later."""
    while await _some(database, import_id, now=now, random=random):
        pass


async def _some(database: Database, import_id: str, *, now: datetime, random: RandomBytes) -> bool:
    async with database.write() as tx:
        row = await tx.get(ImportRow, import_id, with_for_update=True, populate_existing=True)
        if row is None or row.columns.get("unfinished"):
            return False
        query = (
            select(ImportedRow.number, RegistrationRow.id)
            .join(RegistrationRow, RegistrationRow.id == ImportedRow.registration_id)
            .where(ImportedRow.import_id == import_id, ImportedRow.number > row.columns.get(TOLD, 0))
            .order_by(ImportedRow.number)
            .limit(CHUNK)
        )
        found = (await tx.execute(query)).all()
        if not found:
            return False
        row.columns = row.columns | {TOLD: found[-1].number}
        await tell_registrations(tx, {one.id: None for one in found}, now=now, random=random)
        return len(found) == CHUNK
