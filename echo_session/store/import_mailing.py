"""Whom the invitation of an import goes to: those whom it has registered, and nobody who was before."""

from __future__ import annotations

from sqlalchemy import or_, select

from echo_session.domain.people import Registration
from echo_session.store.engine import Tx
from echo_session.store.registrants import good
from echo_session.store.registration_rows import read_registrations
from echo_session.store.tables import ImportedRow, ImportRow, MailingRow, RegistrationRow

__all__ = ["IMPORT", "registered_by_import", "rows_are_needed"]

IMPORT = "import_id"
"""In the content of such a mailing."""


async def registered_by_import(
    tx: Tx, import_id: str, *, after: str, limit: int
) -> tuple[list[Registration], str | None]:
    """The next of them in the order of the file, and how far that is; None: that was all.

    Whoever has left since is passed over.
    """
    query = (
        select(ImportedRow.number, ImportedRow.registration_id)
        .where(
            ImportedRow.import_id == import_id,
            ImportedRow.number > int(after or 0),
            ImportedRow.registration_id.is_not(None),
        )
        .order_by(ImportedRow.number)
        .limit(limit)
    )
    page = (await tx.execute(query)).all()
    made = [row.registration_id for row in page]
    there = set(await tx.scalars(select(RegistrationRow.id).where(RegistrationRow.id.in_(made), good())))
    found = await read_registrations(tx, [one for one in made if one in there])
    return found, str(page[-1].number) if len(page) == limit else None


async def rows_are_needed(tx: Tx) -> list[str]:
    """Imports whose rows say whom yet to register or to write to: they are few."""
    columns = ImportRow.columns
    unfinished = select(ImportRow.id).where(
        ImportRow.state == "applied",
        or_(columns["unfinished"].as_boolean(), columns["follow_up"].as_boolean()),
    )
    due = select(MailingRow.content[IMPORT].as_string()).where(
        MailingRow.state == "due", MailingRow.content[IMPORT].as_string().is_not(None)
    )
    return [*await tx.scalars(unfinished), *(one for one in await tx.scalars(due) if one)]
