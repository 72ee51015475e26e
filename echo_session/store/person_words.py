"""By which words people are found: their names and addresses, with those of whoever was merged into them."""

from __future__ import annotations

from sqlalchemy import or_, select

from echo_session.store.engine import Tx
from echo_session.store.search import forget_words, index_words
from echo_session.store.tables import PersonContactRow, PersonRow


async def index_person(tx: Tx, person_id: str) -> None:
    """Has somebody found as they are now; one who was merged into another is found as that one only."""
    own = await tx.get_one(PersonRow, person_id, populate_existing=True)
    if own.merged_into is not None:
        await forget_words(tx, person_id)
        return
    query = (
        select(PersonRow)
        .where(or_(PersonRow.id == person_id, PersonRow.merged_into == person_id))
        .order_by(PersonRow.merged_into.is_not(None), PersonRow.id)
    )
    rows = (await tx.scalars(query)).all()
    contacts = await tx.scalars(
        select(PersonContactRow.value)
        .where(PersonContactRow.person_id.in_([row.id for row in rows]))
        .order_by(PersonContactRow.id)
    )
    texts = [text for row in rows for text in (row.name, row.email)]
    await index_words(tx, "person", person_id, *texts, *contacts)
