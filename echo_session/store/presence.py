"""The table of connections: who is in which room now, and when each was last seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from echo_session.domain.erasing import ERASED
from echo_session.domain.presence import HERE, Instant, Presence, State
from echo_session.store.engine import Tx
from echo_session.store.tables import PersonRow, PresenceRow

_KEPT = tuple(field.name for field in fields(Presence) if field.name != "seen")

_CHECKPOINT = (
    update(PresenceRow)
    .where(
        PresenceRow.connection_id == bindparam("of"),
        or_(*(PresenceRow.state == state for state in sorted(HERE))),
    )
    .values(seen_wall=bindparam("wall"), seen_boottime_ns=bindparam("boottime"), boot_id=bindparam("boot"))
)
"""Sent once for all connections, every few seconds: to the driver, past the unit of work's objects."""


async def put_presence(tx: Tx, presence: Presence) -> PresenceRow:
    """Inserts the connection or replaces it. Who was erased meanwhile stays without a name."""
    row = await tx.get(PresenceRow, presence.connection_id)
    if await _erased(tx, presence.person_id):
        presence = replace(presence, name=ERASED, site="", profession="")
    if row is None:
        row = PresenceRow(connection_id=presence.connection_id, boot_id="", left_at=None)
        tx.add(row)
    for name in _KEPT:
        setattr(row, name, getattr(presence, name))
    if presence.seen is not None:
        row.seen_wall = presence.seen.wall_utc
        row.seen_boottime_ns = presence.seen.boottime_ns
        row.boot_id = presence.seen.boot_id
        row.left_at = None if presence.state in HERE else presence.seen.wall_utc
    await tx.flush()
    return row


async def checkpoint(tx: Tx, seen: Mapping[str, Instant]) -> None:
    """Writes when each connection was last seen. What is unknown, or gone by now, is passed over."""
    if not seen:
        return
    marks = [
        {"of": connection_id, "wall": at.wall_utc, "boottime": at.boottime_ns, "boot": at.boot_id}
        for connection_id, at in seen.items()
    ]
    await (await tx.connection()).execute(_CHECKPOINT, marks)


async def live(tx: Tx, session_id: str) -> list[Presence]:
    """Connections that are in the room, or may come back to it."""
    return await _find(tx, PresenceRow.session_id == session_id, PresenceRow.state.in_(HERE))


async def of_session(tx: Tx, session_id: str) -> list[Presence]:
    """Every connection that ever was in the room."""
    return await _find(tx, PresenceRow.session_id == session_id)


async def roles(tx: Tx, session_id: str) -> dict[str, str]:
    """The latest role of everybody who ever was in the room, by person."""
    query = (
        select(PresenceRow.person_id, PresenceRow.role)
        .where(PresenceRow.session_id == session_id)
        .order_by(PresenceRow.entered_at, PresenceRow.connection_id)
    )
    return {row.person_id: row.role for row in await tx.execute(query)}


def to_presence(row: PresenceRow) -> Presence:
    """The connection that the row keeps."""
    seen = None
    if row.seen_wall is not None and row.seen_boottime_ns is not None:
        seen = Instant(row.seen_wall, row.seen_boottime_ns, row.boot_id)
    kept: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    kept["state"] = cast(State, row.state)
    return Presence(**kept, seen=seen)


async def _erased(tx: Tx, person_id: str) -> bool:
    query = select(PersonRow.id).where(PersonRow.id == person_id, PersonRow.erased_at.is_not(None))
    return await tx.scalar(query) is not None


async def _find(tx: Tx, *conditions: ColumnElement[bool]) -> list[Presence]:
    query = select(PresenceRow).where(*conditions).order_by(PresenceRow.entered_at, PresenceRow.connection_id)
    return [to_presence(row) for row in await tx.scalars(query)]
