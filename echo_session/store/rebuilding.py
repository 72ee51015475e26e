"""Records of attendance made anew from the ledgers: at an operator's word, and once for sessions that were
closed before there were any."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from echo_session.domain.ids import RandomBytes
from echo_session.domain.sessions import Status
from echo_session.store.editions import tell_ready
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import NotFound
from echo_session.store.records import project, records_of
from echo_session.store.sessions import lock_session, to_session
from echo_session.store.tables import AttendanceEditionRow, SessionRow, TombstoneRow

__all__ = ["Rebuilt", "keep_records_of_old_sessions", "rebuild", "rebuild_all"]

AT_A_TIME = 200
"""Sessions that are looked for at once; each is written by itself, so that no other writer waits long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of making a session's records anew."""

    session_id: str
    people: int
    changed: tuple[str, ...]
    """Ids of those whose figures were not what the ledger says."""


async def rebuild(tx: Tx, session_id: str) -> Rebuilt | None:
    """Makes the records of one closed session anew; None where it is not closed and has none.

    Raises:
        NotFound: there is no such session.
    """
    row = await lock_session(tx, session_id)
    if row.kind != "session":
        raise NotFound(f"{session_id} is a practice room")
    if row.status != Status.CLOSED:
        return None
    before = await records_of(tx, session_id)
    await project(tx, session_id)
    after = await records_of(tx, session_id)
    changed = [one for one in sorted(before.keys() | after.keys()) if before.get(one) != after.get(one)]
    return Rebuilt(session_id=session_id, people=len(after), changed=tuple(changed))


async def rebuild_all(database: Database) -> AsyncIterator[Rebuilt]:
    """The same of every closed session, each in a unit of work of its own."""
    place = ""
    while True:
        async with database.read() as tx:
            ids = await _closed(tx, place)
        for session_id in ids:
            async with database.write() as tx:
                rebuilt = await rebuild(tx, session_id)
            if rebuilt is not None:
                yield rebuilt
        if len(ids) < AT_A_TIME:
            return
        place = ids[-1]


async def keep_records_of_old_sessions(database: Database, *, now: datetime, random: RandomBytes) -> int:
    """Writes records, and edition 0, of sessions that were closed before there were any; tells nobody, since
    their end was told in its time. Gives how many it were; does nothing where that is done."""
    untold = ~exists().where(AttendanceEditionRow.session_id == SessionRow.id)
    kept = ~exists().where(TombstoneRow.session_id == SessionRow.id)
    done = 0
    while True:
        async with database.read() as tx:
            ids = await _closed(tx, "", untold, kept, SessionRow.ledger_seq > 0)
        for session_id in ids:
            async with database.write() as tx:
                row = await lock_session(tx, session_id)
                if await tx.get(AttendanceEditionRow, (session_id, 0)) is None:
                    closed_at = row.closed_at or now
                    await tell_ready(tx, to_session(row), closed_at, random, quietly=True)
            done += 1
        if len(ids) < AT_A_TIME:
            return done


async def _closed(tx: Tx, after: str, *which: Any) -> list[str]:
    closed = (SessionRow.kind == "session", SessionRow.status == Status.CLOSED, SessionRow.id > after)
    query = select(SessionRow.id).where(*closed, *which).order_by(SessionRow.id)
    return list(await tx.scalars(query.limit(AT_A_TIME)))
