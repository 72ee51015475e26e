"""Sessions: reading, listing, keeping."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import cast

from sqlalchemy import Select, and_, delete, func, or_, select

from echo_session.domain.sessions import Kind, Session, Status
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import BarredRow, DueWorkRow, PresenceRow, RegistrationRow, SessionRow

_UNSEEN = {"synchronize_session": False}
"""No such row is held by a unit of work that forgets it."""

_KEPT = tuple(field.name for field in fields(Session))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which sessions; None means all. ``starts_from`` is included, ``starts_to`` is not."""

    status: Status | None = None
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    search: str = ""


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


async def list_sessions(
    tx: Tx, wanted: Filter, *, limit: int, after: Place | None = None
) -> tuple[list[Session], Place | None]:
    """A page, latest start first, and where the next one begins; practice rooms are never in it."""
    query = _filtered(select(SessionRow), wanted)
    if after is not None:
        starts_at, session_id = after
        query = query.where(
            or_(
                SessionRow.starts_at < starts_at,
                and_(SessionRow.starts_at == starts_at, SessionRow.id < session_id),
            )
        )
    query = query.order_by(SessionRow.starts_at.desc(), SessionRow.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
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


async def count_registered(tx: Tx, session_ids: list[str]) -> dict[str, int]:
    """How many people are invited to each."""
    query = (
        select(RegistrationRow.session_id, func.count().label("registered"))
        .where(RegistrationRow.session_id.in_(session_ids), RegistrationRow.removed_at.is_(None))
        .group_by(RegistrationRow.session_id)
    )
    return {row.session_id: row.registered for row in await tx.execute(query) if row.session_id}


def add_session(tx: Tx, session: Session) -> SessionRow:
    """Keeps a new session."""
    row = SessionRow(event_seq=0, ledger_seq=0, ledger_head="")
    keep(row, session)
    tx.add(row)
    return row


def keep(row: SessionRow, session: Session) -> None:
    """Makes the row what the session is."""
    for name in _KEPT:
        value = getattr(session, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)


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


def _filtered(query: Select[SessionRow], wanted: Filter) -> Select[SessionRow]:
    query = query.where(SessionRow.kind == "session")
    if wanted.status is not None:
        query = query.where(SessionRow.status == wanted.status)
    if wanted.starts_from is not None:
        query = query.where(SessionRow.starts_at >= wanted.starts_from)
    if wanted.starts_to is not None:
        query = query.where(SessionRow.starts_at < wanted.starts_to)
    for word in wanted.search.split():
        query = query.where(
            or_(
                SessionRow.title.icontains(word, autoescape=True),
                SessionRow.description.icontains(word, autoescape=True),
            )
        )
    return query
