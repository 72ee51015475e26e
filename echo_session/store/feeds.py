"""Addresses of calendar feeds: one a person or program at a time, void once it is revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Tx
from echo_session.store.tables import FeedRow


async def renew_feed(
    tx: Tx,
    *,
    person_id: str | None = None,
    program_id: str | None = None,
    now: datetime,
    random: RandomBytes,
) -> str:
    """Id of a new feed of this person, or of this program; the one before is revoked."""
    await revoke_feed(tx, person_id=person_id, program_id=program_id, now=now)
    row = FeedRow(
        id=new_id(Prefix.FEED, random),
        person_id=person_id,
        program_id=program_id,
        created_at=now,
        last_read_at=None,
        revoked_at=None,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def revoke_feed(
    tx: Tx, *, person_id: str | None = None, program_id: str | None = None, now: datetime
) -> None:
    """Makes the feed void; where there is none, nothing happens."""
    await tx.execute(
        update(FeedRow)
        .where(_whose(person_id, program_id), FeedRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


async def feeds_of_programs(tx: Tx, program_ids: Collection[str]) -> dict[str, str]:
    """Id of each program's feed, where it has one."""
    query = select(FeedRow.program_id, FeedRow.id).where(
        FeedRow.program_id.in_(program_ids), FeedRow.revoked_at.is_(None)
    )
    return {row.program_id: row.id for row in await tx.execute(query) if row.program_id}


async def feeds_of_people(tx: Tx, person_ids: Collection[str]) -> dict[str, str]:
    """Id of each person's feed, where they have one."""
    query = select(FeedRow.person_id, FeedRow.id).where(
        FeedRow.person_id.in_(person_ids), FeedRow.revoked_at.is_(None)
    )
    return {row.person_id: row.id for row in await tx.execute(query) if row.person_id}


def _whose(person_id: str | None, program_id: str | None) -> ColumnElement[bool]:
    if (person_id is None) == (program_id is None):
        raise ValueError("a feed is of one person or of one program")
    return FeedRow.program_id == program_id if person_id is None else FeedRow.person_id == person_id
