"""Requests that may come twice and must take effect once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import IdempotencyRow

KEPT_FOR = timedelta(hours=24)
"""How long the same key gives the same answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that was given."""

    fingerprint: str
    status: int
    location: str
    body: str


async def claim(tx: Tx, actor_id: str, key: str, fingerprint: str, *, now: datetime) -> Kept | None:
    """None where this request is the first with the key, and now has it; else what was answered.

    Where two come at once the second waits here until the first is committed, or has it where that failed.
    """
    await tx.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < now - KEPT_FOR))
    row = IdempotencyRow(
        actor=actor_id, key=key, fingerprint=fingerprint, status=0, location="", body="", created_at=now
    )
    try:
        async with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        known = await tx.get(IdempotencyRow, (actor_id, key), populate_existing=True)
        if known is None:
            raise NotFound("the key was given up in this moment") from None
        return Kept(known.fingerprint, known.status, known.location, known.body)
    return None


async def keep(tx: Tx, actor_id: str, key: str, *, status: int, location: str, body: str) -> None:
    """Keeps the answer, in the transaction of its effect."""
    row = await tx.get_one(IdempotencyRow, (actor_id, key))
    row.status, row.location, row.body = status, location, body
    await tx.flush()
