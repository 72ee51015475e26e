"""Series: reading, listing, and what a list shows of their sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select

from echo_session.domain.rules import from_json
from echo_session.domain.series import Approval, Part, Series, SeriesStatus
from echo_session.domain.series_outcome import Whole
from echo_session.domain.sessions import Status
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.programs import Place, after_place
from echo_session.store.search import matching
from echo_session.store.sessions import lock_sessions, to_session
from echo_session.store.tables import ProgramRow, SeriesPartRow, SeriesRow, SessionRow

STILL_ON = timedelta(days=2)
"""A session that began longer ago than this is over, whatever its length and its extensions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFilter:
    """Which series; None means all."""

    program_id: str | None = None
    status: SeriesStatus | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The sessions of a series that are not cancelled, at a glance."""

    sessions: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    next_session_id: str | None = None
    """The one that is open, or else the next that is to come."""


async def get_series(tx: Tx, series_id: str) -> Series:
    """Raises NotFound."""
    row = await tx.get(SeriesRow, series_id)
    if row is None:
        raise NotFound(f"no series {series_id}")
    return to_series(row)


async def lock_series(tx: Tx, series_id: str) -> SeriesRow:
    """The row, as nobody else can change it until the unit of work ends. Raises NotFound."""
    query = select(SeriesRow).where(SeriesRow.id == series_id).with_for_update(key_share=True)
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"no series {series_id}")
    return row


async def list_series(
    tx: Tx, wanted: SeriesFilter, *, limit: int, after: Place | None = None
) -> tuple[list[Series], Place | None]:
    """A page of series in the order of their titles, and where the next page goes on."""
    query = select(SeriesRow)
    if wanted.program_id is not None:
        query = query.where(SeriesRow.program_id == wanted.program_id)
    if wanted.status is not None:
        query = query.where(SeriesRow.status == wanted.status)
    if wanted.search:
        query = query.where(await matching(tx, "series", wanted.search, SeriesRow.id))
    if after is not None:
        query = query.where(after_place(SeriesRow.sort_title, SeriesRow.id, after))
    query = query.order_by(SeriesRow.sort_title, SeriesRow.id).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    page = rows[:limit]
    more = (page[-1].sort_title, page[-1].id) if len(rows) > limit else None
    return [to_series(row) for row in page], more


async def parts_of(tx: Tx, series_ids: Collection[str]) -> dict[str, list[Part]]:
    """The parts of each that have sessions, in order."""
    held = select(SessionRow.id).where(SessionRow.part_id == SeriesPartRow.id).limit(1)
    query = (
        select(SeriesPartRow)
        .where(SeriesPartRow.series_id.in_(series_ids), held.correlate(SeriesPartRow).exists())
        .order_by(SeriesPartRow.series_id, SeriesPartRow.position)
    )
    found: dict[str, list[Part]] = {}
    for row in await tx.scalars(query):
        found.setdefault(row.series_id, []).append(to_part(row))
    return found


async def spans(tx: Tx, series_ids: Sequence[str], now: datetime) -> dict[str, Span]:
    """How many sessions each has, and from when to when."""
    there = SessionRow.status != Status.CANCELLED
    summed = (
        select(
            SessionRow.series_id,
            func.count(),
            func.min(SessionRow.starts_at),
            func.max(SessionRow.starts_at),
        )
        .where(SessionRow.series_id.in_(series_ids), there)
        .group_by(SessionRow.series_id)
    )
    upcoming = (
        select(SessionRow.id)
        .where(
            SessionRow.series_id == SeriesRow.id,
            SessionRow.starts_at > now - STILL_ON,
            SessionRow.status.in_((Status.SCHEDULED, Status.OPEN)),
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
        .limit(1)
        .correlate(SeriesRow)
        .scalar_subquery()
    )
    coming = await tx.execute(select(SeriesRow.id, upcoming).where(SeriesRow.id.in_(series_ids)))
    following = {row[0]: row[1] for row in coming}
    return {
        series_id: Span(count, first, last, following.get(series_id))
        for series_id, count, first, last in await tx.execute(summed)
        if series_id is not None
    }


async def whole_series(tx: Tx, series_id: str, *, lock: bool = False) -> Whole:
    """A series with all of its parts and sessions.

    Args:
        lock: nobody else changes what of it can change until the unit of work ends.

    Raises:
        NotFound: there is none.
    """
    if lock:
        # New sessions are reminded of as the program says, which does not change meanwhile.
        program = select(ProgramRow.id).join(SeriesRow).where(SeriesRow.id == series_id)
        await tx.execute(program.with_for_update(read=True, of=ProgramRow))
    series = to_series(await lock_series(tx, series_id)) if lock else await get_series(tx, series_id)
    parts = select(SeriesPartRow).where(SeriesPartRow.series_id == series_id).order_by(SeriesPartRow.position)
    sessions = select(SessionRow).where(SessionRow.series_id == series_id).order_by(SessionRow.id)
    if lock:
        # Not those that go on: their attendance does not wait for us, and nothing changes them.
        await lock_sessions(
            tx,
            SessionRow.series_id == series_id,
            SessionRow.status.in_((Status.SCHEDULED, Status.CANCELLED)),
        )
        # Their parts all the same: what goes on may be called something else, which its part counts.
        parts = parts.with_for_update(key_share=True)
    fresh = {"populate_existing": lock}
    part_rows = (await tx.scalars(parts, execution_options=fresh)).all()
    rows = await tx.scalars(sessions, execution_options=fresh)
    return Whole(
        series=series,
        parts=tuple(to_part(row) for row in part_rows),
        sessions=tuple(to_session(row) for row in rows),
    )


def to_series(row: SeriesRow) -> Series:
    """The series that the row keeps."""
    return Series(
        id=row.id,
        program_id=row.program_id,
        slug=row.slug,
        title=row.title,
        description=row.description,
        contact=row.contact,
        lead_minutes=row.lead_minutes,
        overrun_minutes=row.overrun_minutes,
        lobby=row.lobby,
        public=row.public,
        approval=cast(Approval, row.approval),
        capacity=row.capacity,
        waiting_list=row.waiting_list,
        status=cast(SeriesStatus, row.status),
        created_at=row.created_at,
        revision=row.revision,
    )


def to_part(row: SeriesPartRow) -> Part:
    """The part that the row keeps."""
    return Part(
        id=row.id,
        series_id=row.series_id,
        position=row.position,
        zone=row.zone,
        starts_local=row.starts_local,
        duration_minutes=row.duration_minutes,
        rule=from_json(row.rule),
        uid=row.uid,
        sequence=row.sequence,
        created_at=row.created_at,
    )
