"""A session's attendance chain: read, and added to. Nothing else writes to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.ledger import Entry, Kind, Link, canonical_detail, seal
from echo_session.domain.presence import Instant
from echo_session.store.engine import Tx
from echo_session.store.sessions import lock_session
from echo_session.store.tables import AttendanceEventRow, SessionRow, TombstoneRow

_LINK = tuple(field.name for field in fields(Link))
_ENTRY = tuple(field.name for field in fields(Entry))
_COLUMNS = tuple(getattr(AttendanceEventRow, name) for name in _LINK)


async def chain(
    tx: Tx, session_id: str, person_id: str | None = None, *, kinds: Collection[Kind] | None = None
) -> list[Link]:
    """The session's chain in order, or one person's links in it, or those of some kinds."""
    query = select(*_COLUMNS).where(AttendanceEventRow.session_id == session_id)
    if person_id is not None:
        query = query.where(AttendanceEventRow.person_id == person_id)
    if kinds is not None:
        query = query.where(AttendanceEventRow.kind.in_(kinds))
    return _links(await tx.execute(query.order_by(AttendanceEventRow.position)))


async def links_where(tx: Tx, *which: ColumnElement[bool]) -> list[Link]:
    """The links of which this is true."""
    return _links(await tx.execute(select(*_COLUMNS).where(*which)))


async def anchors(tx: Tx, session_id: str, boots: Collection[str]) -> list[Link]:
    """The first link of each of these boots, by which the others are placed in time."""
    firsts = (
        select(func.min(AttendanceEventRow.position))
        .where(AttendanceEventRow.session_id == session_id, AttendanceEventRow.boot_id.in_(boots))
        .group_by(AttendanceEventRow.boot_id)
    )
    query = select(*_COLUMNS).where(
        AttendanceEventRow.session_id == session_id, AttendanceEventRow.position.in_(firsts)
    )
    return _links(await tx.execute(query))


async def append(tx: Tx, session: SessionRow, entry: Entry) -> Link:
    """Gives the entry its place after the last link. The session's row must be locked."""
    position = session.ledger_seq + 1
    sealed = seal(entry, position, session.ledger_head)
    written = {name: getattr(entry, name) for name in _ENTRY}
    link = Link(**written, position=position, prev_hash=session.ledger_head, hash=sealed)
    values = {name: getattr(link, name) for name in _LINK}
    tx.add(AttendanceEventRow(**values | {"person_id": link.person_id or None}))
    session.ledger_seq, session.ledger_head = position, sealed
    await tx.flush()
    return link


async def write_link(
    tx: Tx,
    session_id: str,
    *,
    kind: Kind,
    person_id: str,
    connection_id: str,
    at: Instant,
    source: str,
    by: str,
    reason: str,
    detail: Mapping[str, Any] | None = None,
    random: RandomBytes,
    seq: int = 1,
) -> Link:
    """Adds what no device tells: a check-in, a break, a correction.

    Args:
        person_id: empty where it is about the whole session.
        connection_id: id of the check-in, the break or the correction.
        at: with the boot clock where it is known; ``on_the_wall`` where it is not.
        seq: 1, unless the same id has a link of this kind before.

    Raises:
        NotFound: there is no such session.
        NotPossible: the session's ledger was removed.
    """
    session = await lock_session(tx, session_id)
    if await tx.get(TombstoneRow, session_id) is not None:
        raise NotPossible("The attendance of this session was removed; nothing can be added to it.")
    entry = Entry(
        event_id=new_id(Prefix.ATTENDANCE, random),
        session_id=session_id,
        person_id=person_id,
        connection_id=connection_id,
        epoch=0,
        incarnation="",
        boot_id=at.boot_id,
        seq=seq,
        kind=kind,
        wall_utc=at.wall_utc,
        boottime_ns=at.boottime_ns,
        source=source,
        by=by,
        reason=reason,
        detail=canonical_detail(detail or {}),
    )
    return await append(tx, session, entry)


def on_the_wall(at: datetime) -> Instant:
    """An instant of which only the wall time is known."""
    return Instant(at, 0, "")


def _links(rows: Iterable[Row[Any]]) -> list[Link]:
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> Link:
    told = dict(zip(_LINK, row, strict=True))
    return Link(**told | {"kind": Kind(told["kind"]), "person_id": told["person_id"] or ""})
