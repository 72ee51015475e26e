"""Sessions: reading, listing, keeping."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, tuple_

from echo_session.domain.sessions import Kind, Session, Status
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.search import index_words, matching
from echo_session.store.tables import BarredRow, DueWorkRow, PresenceRow, SessionRow
from echo_session.store.types import UtcDateTime

_UNSEEN = {"synchronize_session": False}
"""No such row is held by a unit of work that forgets it."""

_KEPT = tuple(field.name for field in fields(Session))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which sessions; None means all. ``starts_from`` is included, ``starts_to`` is not."""

    status: Status | None = None
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    program_id: str | None = None
    series_id: str | None = None
    search: str = ""


Order = Literal["asc", "desc"]
"""By start: earliest or latest first."""

Place = tuple[datetime, str]
"""Start and id of the last session of a page: the next page begins after it."""


async def get_session(tx: Tx, session_id: str) -> Session:
    """Raises NotFound."""
    row = await tx.get(SessionRow, session_id)
    if row is None:
        raise NotFound(f"no session {session_id}")
    return to_session(row)


async def lock_session(tx: Tx, session_id: str) -> SessionRow:
    """The row, as it is now and as nobody else can change it until the unit of work ends.

    Rows that refer to it may be added meanwhile: a full FOR UPDATE would deadlock with two who add first.

    Raises:
        NotFound: there is none.
    """
    query = select(SessionRow).where(SessionRow.id == session_id).with_for_update(key_share=True)
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"no session {session_id}")
    return row


async def lock_sessions(tx: Tx, *which: ColumnElement[bool]) -> list[SessionRow]:
    """The same for many, which come before their parts, and in one order, so that no two wait for each
    other."""
    query = select(SessionRow).where(*which).order_by(SessionRow.starts_at, SessionRow.id)
    locked = query.with_for_update(key_share=True)
    return list(await tx.scalars(locked, execution_options={"populate_existing": True}))


async def list_sessions(
    tx: Tx, wanted: Filter, *, limit: int, after: Place | None = None, order: Order = "desc"
) -> tuple[list[Session], Place | None]:
    """A page of sessions, and where the next page goes on; practice rooms are never in it."""
    query = await _filtered(tx, select(SessionRow), wanted)
    place = tuple_(SessionRow.starts_at, SessionRow.id)
    if after is not None:
        there = tuple_(literal(after[0], UtcDateTime()), literal(after[1]))
        query = query.where(place < there if order == "desc" else place > there)
    by = (SessionRow.starts_at, SessionRow.id)
    query = query.order_by(*(column.desc() if order == "desc" else column for column in by))
    rows = (await tx.scalars(query.limit(limit + 1))).all()
    page = [to_session(row) for row in rows[:limit]]
    more = len(rows) > limit
    return page, (page[-1].starts_at, page[-1].id) if more else None


async def open_sessions(tx: Tx) -> list[Session]:
    """Every session whose room is open, practice rooms too."""
    rows = await tx.scalars(select(SessionRow).where(SessionRow.status == Status.OPEN))
    return [to_session(row) for row in rows]


async def count_practice_rooms(tx: Tx) -> int:
    """How many are open."""
    query = select(func.count()).where(SessionRow.kind == "practice", SessionRow.status == Status.OPEN)
    return await tx.scalar(query) or 0


async def forget_practice_rooms(tx: Tx, closed_before: datetime) -> None:
    """Removes practice rooms that were closed before then, with all that hangs on them."""
    old = select(SessionRow.id).where(
        SessionRow.kind == "practice",
        SessionRow.status == Status.CLOSED,
        SessionRow.closed_at < closed_before,
    )
    for row in (DueWorkRow, PresenceRow, BarredRow):
        await tx.execute(delete(row).where(row.session_id.in_(old)).execution_options(**_UNSEEN))
    await tx.execute(delete(SessionRow).where(SessionRow.id.in_(old)).execution_options(**_UNSEEN))


def add_session(tx: Tx, session: Session) -> SessionRow:
    """Keeps a new session."""
    row = SessionRow(event_seq=0, ledger_seq=0, ledger_head="")
    keep(row, session)
    tx.add(row)
    return row


def keep(row: SessionRow, session: Session) -> None:
    """Makes the row what the session is."""
    for name in _KEPT:
        setattr(row, name, _kept(getattr(session, name)))


def session_values(session: Session) -> dict[str, object]:
    """The columns of a new session's row, to be inserted in bulk."""
    values = {name: _kept(getattr(session, name)) for name in _KEPT}
    return values | {"event_seq": 0, "ledger_seq": 0, "ledger_head": ""}


def _kept(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def to_session(row: SessionRow) -> Session:
    """The session that the row keeps."""
    return Session(
        id=row.id,
        kind=cast(Kind, row.kind),
        room_id=row.room_id,
        title=row.title,
        description=row.description,
        contact=row.contact,
        zone=row.zone,
        starts_local=row.starts_local,
        starts_at=row.starts_at,
        duration_minutes=row.duration_minutes,
        lead_minutes=row.lead_minutes,
        overrun_minutes=row.overrun_minutes,
        extended_minutes=row.extended_minutes,
        status=Status(row.status),
        lobby=row.lobby,
        public_epoch=row.public_epoch,
        public_link_on=row.public_link_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        created_at=row.created_at,
        revision=row.revision,
        program_id=row.program_id,
        series_id=row.series_id,
        part_id=row.part_id,
        original_local=row.original_local,
        moved_forward=row.moved_forward,
        changed_by_hand=tuple(row.changed_by_hand),
        uid=row.uid,
        sequence=row.sequence,
        cancel_reason=row.cancel_reason,
        finalised_at=row.finalised_at,
    )


async def index_session(tx: Tx, session: Session) -> None:
    """Has the session found by the words of its title and description. Practice rooms are not found."""
    if session.kind == "session":
        await index_words(tx, "session", session.id, session.title, session.description)


async def _filtered(tx: Tx, query: Select[SessionRow], wanted: Filter) -> Select[SessionRow]:
    query = query.where(SessionRow.kind == "session")
    if wanted.status is not None:
        query = query.where(SessionRow.status == wanted.status)
    if wanted.starts_from is not None:
        query = query.where(SessionRow.starts_at >= wanted.starts_from)
    if wanted.starts_to is not None:
        query = query.where(SessionRow.starts_at < wanted.starts_to)
    if wanted.program_id is not None:
        query = query.where(SessionRow.program_id == wanted.program_id)
    if wanted.series_id is not None:
        query = query.where(SessionRow.series_id == wanted.series_id)
    if wanted.search:
        query = query.where(await matching(tx, "session", wanted.search, SessionRow.id))
    return query
