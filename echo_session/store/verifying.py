"""Whether the ledger is what was written: every byte of every column, from the first link on.

SQLite gives what is stored as it is stored: text that is no text any more, or a number that became another
kind of number, is found too, rather than read past.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import LargeBinary, RowMapping, String, cast, select, type_coerce

from echo_session.domain.errors import BrokenChain
from echo_session.domain.ledger import GENESIS, Kind, Link, verify
from echo_session.store.editions import editions_of
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import AttendanceEventRow, SessionRow, TombstoneRow

__all__ = ["Verdict", "sessions_with_links", "verify_session"]

_NAMES = tuple(field.name for field in fields(Link))
_NUMBERS = frozenset({"epoch", "seq", "boottime_ns", "position"})
_STORED = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy keeps an instant on SQLite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of looking: ``broken`` says what is wrong with the first link that is."""

    session_id: str
    links: int
    head: str
    broken: BrokenChain | None = None
    removed_at: datetime | None = None
    """The whole ledger was removed then, with a tombstone in its place."""

    @property
    def intact(self) -> bool:
        """Nothing is wrong."""
        return self.broken is None


async def verify_session(tx: Tx, session_id: str) -> Verdict:
    """From the first link to the head that the session keeps, and to those that were told.

    Raises:
        NotFound: there is no such session.
    """
    session = await tx.get(SessionRow, session_id, populate_existing=True)
    if session is None:
        return await _stray(tx, session_id)
    tombstone = await tx.get(TombstoneRow, session_id)
    try:
        links = await _read(tx, session_id)
        if tombstone is not None and not links:
            return Verdict(
                session_id=session_id,
                links=tombstone.links,
                head=tombstone.head,
                removed_at=tombstone.removed_at,
            )
        verify(session_id, links, head=session.ledger_head)
        if len(links) != session.ledger_seq:
            why = f"the session counts {session.ledger_seq} links"
            raise BrokenChain(session_id, min(len(links), session.ledger_seq) + 1, why)
        await _compare_with_editions(tx, session_id, links)
    except BrokenChain as broken:
        return Verdict(
            session_id=session_id, links=session.ledger_seq, head=session.ledger_head, broken=broken
        )
    return Verdict(session_id=session_id, links=len(links), head=session.ledger_head)


async def sessions_with_links(tx: Tx) -> AsyncIterator[str]:
    """Every session that has a ledger, or had one; and those that links name though there are none."""
    kept = select(SessionRow.id).where(SessionRow.ledger_seq > 0)
    named = select(AttendanceEventRow.session_id)
    for session_id in await tx.scalars(kept.union(named).order_by("id")):
        yield session_id


async def _stray(tx: Tx, session_id: str) -> Verdict:
    """Of a session that is not there."""
    column = AttendanceEventRow.event_id
    event_id = await tx.scalar(select(column).where(AttendanceEventRow.session_id == session_id).limit(1))
    if event_id is None:
        raise NotFound(f"no session {session_id}")
    broken = BrokenChain(session_id, 1, "there is no such session", event_id)
    return Verdict(session_id=session_id, links=0, head="", broken=broken)


async def _compare_with_editions(tx: Tx, session_id: str, links: Sequence[Link]) -> None:
    """A chain that was written anew as a whole has other hashes than those that were told."""
    for edition in await editions_of(tx, session_id):
        there = links[edition.links - 1] if 0 < edition.links <= len(links) else None
        if edition.head != (there.hash if there else GENESIS):
            why = f"edition {edition.number} was told with another hash"
            raise BrokenChain(session_id, edition.links, why, there.event_id if there else "")


async def _read(tx: Tx, session_id: str) -> list[Link]:
    """Every link as it is stored. Raises BrokenChain at the first that cannot have been written so."""
    stored = [getattr(AttendanceEventRow, name).label(name) for name in _NAMES]
    exact = tx.get_bind().dialect.name == "sqlite"
    if exact:
        stored = [cast(type_coerce(column, String()), LargeBinary).label(column.name) for column in stored]
    query = (
        select(*stored)
        .where(AttendanceEventRow.session_id == session_id)
        .order_by(AttendanceEventRow.position)
    )
    links: list[Link] = []
    for place, row in enumerate((await tx.execute(query)).mappings(), start=1):
        link = _link_of_bytes(row) if exact else _link(row)
        if link is None:
            event_id = row["event_id"]
            named = event_id.decode(errors="replace") if isinstance(event_id, bytes) else event_id
            raise BrokenChain(session_id, place, "its fields are not what was sealed", named)
        links.append(link)
    return links


def _link(row: RowMapping | dict[str, Any]) -> Link | None:
    try:
        kind = Kind(row["kind"])
    except ValueError:
        return None
    return Link(**dict(row) | {"kind": kind, "person_id": row["person_id"] or ""})


def _link_of_bytes(row: RowMapping) -> Link | None:
    """None where it would be stored in other bytes than these."""
    read: dict[str, Any] = {}
    try:
        for name in _NAMES:
            text = (row[name] or b"").decode()
            if name in _NUMBERS:
                read[name] = int(text)
            elif name == "wall_utc":
                read[name] = datetime.strptime(text, _STORED).replace(tzinfo=UTC)
            else:
                read[name] = text
    except ValueError:
        return None
    link = _link(read)
    if link is None or any(_stored(name, getattr(link, name)) != (row[name] or b"") for name in _NAMES):
        return None
    return link


def _stored(name: str, value: Any) -> bytes:
    if name == "wall_utc":
        return str(value.strftime(_STORED)).encode()
    return str(value).encode()
