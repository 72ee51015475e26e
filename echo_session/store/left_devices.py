"""Whose device it is that was in a room, by what its page keeps to come back: also once it has left."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

from echo_session.domain.sessions import Session
from echo_session.store.accounts import digest
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.sessions import get_session
from echo_session.store.tables import PersonRow, PresenceRow

__all__ = ["LeftDevice", "left_device"]


@dataclass(frozen=True, slots=True)
class LeftDevice:
    """A device of this person, in this session."""

    session: Session
    person_id: str


async def left_device(tx: Tx, connection_id: str, secret: str) -> LeftDevice:
    """Raises NotFound, also of a practice room."""
    row = await tx.get(PresenceRow, connection_id)
    if row is None or not row.secret_hash or not compare_digest(row.secret_hash, digest(secret)):
        raise NotFound("no such device")
    session = await get_session(tx, row.session_id)
    if session.kind != "session" or await tx.get(PersonRow, row.person_id) is None:
        raise NotFound("no such device")
    return LeftDevice(session, row.person_id)
