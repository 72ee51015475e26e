"""Names of those who did something: accounts, programs with a token, people in a room."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union_all

from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.tables import AccountRow, ApiTokenRow, PersonRow


async def names_of(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """By id; whom nobody knows is left out."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = union_all(
        *(
            select(row.id, row.name).where(among(tx, row.id, wanted))
            for row in (AccountRow, ApiTokenRow, PersonRow)
        )
    )
    return {row.id: row.name for row in await tx.execute(query)}
